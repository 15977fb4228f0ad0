// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/clients/plan.h"

#include <algorithm>

#include "core/clients/diff.h"
#include "core/clients/undo.h"
#include "core/foundation/json/writer.h"

namespace signalbox::clients {

using json::Value;
using Type = Value::Type;

namespace {
constexpr std::string_view kBy = "@by";
constexpr std::string_view kToken = "{token}";

void replaceAll(std::string &text, std::string_view what, std::string_view with)
{
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
        text.replace(at, what.size(), with);
    }
}

void collect(const Value &from, const edit::Path &path, const Endpoint &endpoint, std::vector<Setting> &out)
{
    const Value *const by = from.is(Type::Object) ? from.find(kBy) : nullptr;
    if (by) {
        const Value *const told = from.find(by->text());
        edit::Path element = path;
        element.push_back({told ? expand(told->text(), endpoint) : std::string(), by->text()});
        Value rest = Value::object();
        for (const json::Member &member : from.members()) {
            if (member.name != kBy && member.name != by->text()) {
                rest.add(member.name, member.value);
            }
        }
        collect(rest, element, endpoint, out);
        return;
    }
    if (!from.is(Type::Object)) {
        const bool secret = from.is(Type::String) && from.text().find(kToken) != std::string::npos;
        out.push_back({path, expand(from, endpoint), secret});
        return;
    }
    for (const json::Member &member : from.members()) {
        edit::Path inside = path;
        inside.push_back({expand(member.name, endpoint), {}});
        collect(member.value, inside, endpoint, out);
    }
}

base::Error inFile(const FileText &file, base::Error error)
{
    error.message = file.path + ": " + error.message;
    return error;
}

/// A string's source without its quotes.
std::string_view unquoted(std::string_view source)
{
    const bool quoted =
        source.size() >= 2 && (source[0] == '"' || source[0] == '\'') && source.back() == source[0];
    return quoted ? source.substr(1, source.size() - 2) : source;
}

/// Plans one file.
class FilePlanner
{
public:
    FilePlanner(const Tool &tool, const ToolFile &spec, const FileText &now, const JournalFile *prior)
        : m_editor(edit::editorFor(spec.format)), m_spec(spec), m_prior(prior)
    {
        m_plan.now = now;
        m_plan.after = now.text;
        m_plan.journal.path = now.path;
        m_plan.journal.format = spec.format;
        m_backup = now.exists ? backupName(tool.id, now) : std::string();
    }

    base::Result<FilePlan> plan(const Endpoint &endpoint)
    {
        if (const auto read = m_editor.read(m_plan.now.text); !read) {
            return std::unexpected(inFile(m_plan.now, read.error()));
        }
        begin();
        std::vector<Setting> settings = settingsOf(m_spec.settings, endpoint);
        if (!m_plan.now.exists && m_spec.whenNew.is(Type::Object)) {
            const auto fresh = settingsOf(m_spec.whenNew, endpoint);
            settings.insert(settings.begin(), fresh.begin(), fresh.end());
        }
        auto done = putBackUnwanted(settings);
        for (std::size_t i = 0; i < settings.size() && done; ++i) {
            done = apply(settings[i]);
        }
        if (!done) {
            return std::unexpected(inFile(m_plan.now, done.error()));
        }
        finish(endpoint);
        return std::move(m_plan);
    }

private:
    /// What holds of the file already. A key that somebody has changed since is theirs now: it is written
    /// anew, and theirs is what comes back.
    void begin()
    {
        JournalFile &journal = m_plan.journal;
        journal.existed = m_plan.now.exists;
        journal.hashBefore = m_plan.now.exists ? fingerprint(m_plan.now.text) : std::string();
        journal.backup = m_backup;
        if (m_prior && m_plan.now.exists) {
            const bool unbroken = m_prior->hashAfter == fingerprint(m_plan.now.text);
            const auto root = m_editor.read(m_plan.now.text);
            journal.existed = m_prior->existed;
            journal.hashBefore = unbroken ? m_prior->hashBefore : std::string();
            journal.backup = unbroken ? m_prior->backup : std::string();
            journal.created = m_prior->created;
            for (const JournalKey &key : m_prior->keys) {
                if (stillOurs(key, edit::find(*root, key.path))) {
                    journal.keys.push_back(key);
                }
            }
        }
    }

    base::Result<void> putBackUnwanted(const std::vector<Setting> &settings)
    {
        auto &keys = m_plan.journal.keys;
        for (auto key = keys.begin(); key != keys.end();) {
            const bool wanted = std::any_of(settings.begin(), settings.end(),
                                            [&](const Setting &one) { return one.path == key->path; })
                                || (m_prior && !m_prior->existed && isFresh(key->path));
            if (wanted || key->secret) {
                ++key;
                continue;
            }
            auto after = key->wasThere ? edit::setSource(m_editor, m_plan.after, key->path, key->before)
                                       : edit::remove(m_editor, m_plan.after, key->path);
            if (!after) {
                return std::unexpected(after.error());
            }
            m_plan.changes.push_back(
                {key->path, true, key->written, key->wasThere ? key->before : std::string()});
            m_plan.after = *std::move(after);
            key = keys.erase(key);
        }
        dropEmpty(m_editor, m_plan.after, m_plan.journal.created);
        return {};
    }

    bool isFresh(const edit::Path &path) const
    {
        return path.size() == 1 && m_spec.whenNew.is(Type::Object) && m_spec.whenNew.find(path[0].name);
    }

    base::Result<void> apply(const Setting &setting)
    {
        const auto root = m_editor.read(m_plan.after);
        const Value *const now = root ? edit::find(*root, setting.path) : nullptr;
        if (now && *now == setting.value) {
            return {};
        }
        const auto at = m_editor.locate(m_plan.after, setting.path);
        if (!at) {
            return std::unexpected(at.error());
        }
        auto after = edit::set(m_editor, m_plan.after, setting.path, setting.value);
        if (!after) {
            return std::unexpected(after.error());
        }
        const std::string before = *at ? m_plan.after.substr((*at)->begin, (*at)->size()) : std::string();
        note(setting, at->has_value(), before);
        for (std::size_t steps = 1; steps < setting.path.size(); ++steps) {
            const edit::Path above(setting.path.begin(),
                                   setting.path.begin() + static_cast<std::ptrdiff_t>(steps));
            auto &created = m_plan.journal.created;
            if (!edit::find(*root, above)
                && std::find(created.begin(), created.end(), above) == created.end()) {
                created.push_back(above);
            }
        }
        m_plan.after = *std::move(after);
        return {};
    }

    void note(const Setting &setting, bool wasThere, const std::string &before)
    {
        const auto shown = [&](const std::string &source) {
            return setting.secret ? masked(unquoted(source)) : source;
        };
        m_plan.changes.push_back({setting.path, wasThere, wasThere ? shown(before) : std::string(),
                                  shown(m_editor.source(setting.value))});
        if (setting.secret && wasThere) {
            m_secrets.push_back(before);
        }
        auto &keys = m_plan.journal.keys;
        const auto known = std::find_if(keys.begin(), keys.end(),
                                        [&](const JournalKey &key) { return key.path == setting.path; });
        if (known != keys.end()) { // ours already: what was there before us stays what comes back
            known->written = journalText(setting.value, setting.secret);
            return;
        }
        keys.push_back({setting.path, wasThere, setting.secret ? std::string() : before,
                        journalText(setting.value, setting.secret), setting.secret,
                        setting.secret && wasThere ? m_backup : std::string()});
    }

    void finish(const Endpoint &endpoint)
    {
        m_plan.journal.hashAfter = fingerprint(m_plan.after);
        std::string before = m_plan.now.text;
        std::string after = m_plan.after;
        for (const std::string &secret : m_secrets) {
            before = withMasked(std::move(before), unquoted(secret));
            after = withMasked(std::move(after), unquoted(secret));
        }
        m_plan.diff =
            unifiedDiff(withMasked(std::move(before), endpoint.token),
                        withMasked(std::move(after), endpoint.token), m_plan.now.path, !m_plan.now.exists);
    }

    const edit::Editor &m_editor;
    const ToolFile &m_spec;
    const JournalFile *m_prior;
    std::string m_backup;
    std::vector<std::string> m_secrets; ///< that stood where ours goes
    FilePlan m_plan;
};
} // namespace

bool Plan::writes() const
{
    return std::any_of(files.begin(), files.end(), [](const FilePlan &file) { return file.writes(); });
}

std::string expand(std::string_view text, const Endpoint &endpoint)
{
    std::string out(text);
    replaceAll(out, "{origin}", endpoint.origin);
    replaceAll(out, "{base}", endpoint.origin + "/v1");
    replaceAll(out, "{chain}", endpoint.chain);
    replaceAll(out, "{context}", std::to_string(endpoint.context));
    replaceAll(out, kToken, endpoint.token); // last: nothing is looked for in it
    return out;
}

Value expand(const Value &value, const Endpoint &endpoint)
{
    if (!value.is(Type::String)) {
        return value;
    }
    const std::string &text = value.text();
    if (text == "{context}" || text == "{output}" || text == "{input}") {
        return Value::integer(text == "{context}"  ? endpoint.context
                              : text == "{output}" ? endpoint.output
                                                   : endpoint.context - endpoint.output);
    }
    return Value::string(expand(std::string_view(text), endpoint));
}

std::vector<Setting> settingsOf(const Value &templates, const Endpoint &endpoint)
{
    std::vector<Setting> out;
    collect(templates, {}, endpoint, out);
    return out;
}

std::string backupName(std::string_view tool, const FileText &file)
{
    const std::string base = file.path.substr(file.path.rfind('/') + 1);
    return std::string(tool) + "/" + fingerprint(file.path + '\0' + file.text).substr(0, 16) + "-" + base;
}

base::Result<Plan> planConnect(const Tool &tool, const std::vector<FileText> &files, const Endpoint &endpoint,
                               const Journal &journal)
{
    if (const auto sound = checkEndpoint(endpoint); !sound) {
        return std::unexpected(sound.error());
    }
    if (tool.files.empty() || files.size() != tool.files.size()) {
        return base::fail(base::ErrorCode::Unsupported, tool.name + ": " + tool.why);
    }
    Plan out;
    for (std::size_t i = 0; i < files.size(); ++i) {
        auto file =
            FilePlanner(tool, tool.files[i], files[i], journal.file(tool.id, files[i].path)).plan(endpoint);
        if (!file) {
            return std::unexpected(file.error());
        }
        const auto root = edit::editorFor(tool.files[i].format).read(file->after);
        for (const ToolFile::Conflict &conflict : tool.files[i].conflicts) {
            if (edit::find(*root, conflict.key)) {
                out.notes.push_back(files[i].path + ": '" + edit::pathText(conflict.key) + "' "
                                    + conflict.note);
            }
        }
        out.files.push_back(*std::move(file));
    }
    out.notes.insert(out.notes.end(), tool.notes.begin(), tool.notes.end());
    return out;
}

} // namespace signalbox::clients
