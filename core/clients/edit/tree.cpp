// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/clients/edit/tree.h"

#include <algorithm>

namespace signalbox::edit {

using json::Value;
using Type = Value::Type;

namespace {
bool isMeant(const Value &element, const Step &step)
{
    const Value *const told = element.is(Type::Object) ? element.find(step.by) : nullptr;
    return told && told->is(Type::String) && told->text() == step.name;
}

template<typename Tree>
Tree *child(Tree &parent, const Step &step)
{
    if (step.by.empty() && parent.is(Type::Object)) {
        auto &members = parent.members();
        const auto found = std::find_if(members.rbegin(), members.rend(),
                                        [&](const auto &member) { return member.name == step.name; });
        return found == members.rend() ? nullptr : &found->value;
    }
    if (!step.by.empty() && parent.is(Type::Array)) {
        auto &items = parent.items();
        const auto found =
            std::find_if(items.begin(), items.end(), [&](const auto &item) { return isMeant(item, step); });
        return found == items.end() ? nullptr : &*found;
    }
    return nullptr;
}

/// What a step that is missing makes of its parent: an object or a list; null is taken for an empty one.
bool become(Value &parent, const Step &step)
{
    const Type wanted = step.by.empty() ? Type::Object : Type::Array;
    if (parent.is(Type::Null)) {
        parent = step.by.empty() ? Value::object() : Value::array();
    }
    return parent.is(wanted);
}
} // namespace

std::string pathText(const Path &path)
{
    std::string out;
    for (const Step &step : path) {
        if (!step.by.empty()) {
            out += "[" + step.by + "=" + step.name + "]";
        } else {
            out += (out.empty() ? "" : ".") + step.name;
        }
    }
    return out;
}

Value pathToJson(const Path &path)
{
    Value out = Value::array();
    for (const Step &step : path) {
        out.append(step.by.empty() ? Value::string(step.name)
                                   : Value::array({Value::string(step.by), Value::string(step.name)}));
    }
    return out;
}

base::Result<Path> pathFromJson(const Value &value)
{
    Path out;
    for (const Value &step : value.items()) {
        const auto &pair = step.items();
        if (step.is(Type::String)) {
            out.push_back({step.text(), {}});
        } else if (pair.size() == 2 && pair[0].is(Type::String) && pair[1].is(Type::String)) {
            out.push_back({pair[1].text(), pair[0].text()});
        } else {
            return base::fail(base::ErrorCode::Corrupt, "a key's path is not in order");
        }
    }
    return out;
}

const Value *find(const Value &root, const Path &path)
{
    const Value *at = &root;
    for (std::size_t i = 0; i < path.size() && at; ++i) {
        at = child(*at, path[i]);
    }
    return at;
}

bool put(Value &root, const Path &path, Value value)
{
    Value *at = &root;
    for (const Step &step : path) {
        Value *next = child(*at, step);
        if (!next) {
            if (!become(*at, step)) {
                return false;
            }
            if (step.by.empty()) {
                at->add(step.name, Value());
                next = &at->members().back().value;
            } else {
                at->append(Value::object().add(step.by, Value::string(step.name)));
                next = &at->items().back();
            }
        }
        at = next;
    }
    *at = std::move(value);
    return true;
}

bool drop(Value &root, const Path &path)
{
    Value *at = &root;
    for (std::size_t i = 0; i + 1 < path.size() && at; ++i) {
        at = child(*at, path[i]);
    }
    const Value *const gone = at && !path.empty() ? child(*at, path.back()) : nullptr;
    if (!gone) {
        return false;
    }
    if (path.back().by.empty()) {
        auto &members = at->members();
        members.erase(std::find_if(members.begin(), members.end(),
                                   [&](const json::Member &member) { return &member.value == gone; }));
    } else {
        auto &items = at->items();
        items.erase(items.begin() + (gone - items.data()));
    }
    return true;
}

bool same(const Value &a, const Value &b)
{
    if (a.type() != b.type()) {
        return false;
    }
    if (a.is(Type::Array)) {
        return std::equal(a.items().begin(), a.items().end(), b.items().begin(), b.items().end(), same);
    }
    if (!a.is(Type::Object)) {
        return a == b;
    }
    const auto sorted = [](const Value &object) {
        std::vector<const json::Member *> out;
        for (const json::Member &member : object.members()) {
            out.push_back(&member);
        }
        // By place where names are equal: a tie must not be broken by chance.
        std::sort(out.begin(), out.end(), [](const json::Member *x, const json::Member *y) {
            return x->name != y->name ? x->name < y->name : x < y;
        });
        return out;
    };
    const auto left = sorted(a);
    const auto right = sorted(b);
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](const json::Member *x, const json::Member *y) {
                          return x->name == y->name && same(x->value, y->value);
                      });
}

bool isEmptyContainer(const Value &value, const Step &step)
{
    if (value.is(Type::Array)) {
        return value.items().empty();
    }
    if (value.is(Type::Object)) {
        return value.members().empty() || (value.members().size() == 1 && isMeant(value, step));
    }
    return value.is(Type::Null); // an empty block in YAML
}

} // namespace signalbox::edit
