// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/clients/catalogue.h"
#include "core/clients/plan.h"
#include "core/clients/undo.h"
#include "core/foundation/base/random.h"
#include "tests/support/registry.h"

using namespace signalbox;
using clients::FileText;
using edit::Format;

namespace {
constexpr int kDocuments = 300;

/// Documents as people write them: any spacing, comments everywhere, and now and then the very keys a tool's
/// settings are about.
class Writer
{
public:
    explicit Writer(unsigned seed) : m_random(seed) {}

    std::string document(Format format, const std::vector<clients::Setting> &ours)
    {
        m_newline = below(4) == 0 ? "\r\n" : "\n";
        m_ours = ours;
        std::string out = below(6) == 0 && format != Format::Yaml ? "\xEF\xBB\xBF" : "";
        switch (format) {
        case Format::Json:
            out += gap() + object(0, {}) + gap();
            break;
        case Format::Toml:
            out += toml();
            break;
        case Format::Yaml:
            out += yaml();
            break;
        case Format::Env:
            out += env();
            break;
        }
        return out;
    }

private:
    int below(int limit) { return static_cast<int>(m_random.next() % static_cast<unsigned>(limit)); }
    std::string pick(std::initializer_list<const char *> from)
    {
        return *(from.begin() + below(int(from.size())));
    }

    std::string gap()
    {
        std::string out;
        for (int i = below(3); i > 0; --i) {
            out += below(3) == 0 ? m_newline : pick({" ", "  ", "\t"});
        }
        if (below(5) == 0) {
            out += pick({"/* a, \"b\" */", "/**/", "/* {x: 1} */"});
        } else if (below(7) == 0) {
            out += "// it's a \"comment\", {" + m_newline;
        }
        return out;
    }

    std::string scalar()
    {
        return pick(
            {"1", "-2.50e3", "true", "null", "\"a\\\"b // no comment\"", "\"\"", "\"\xC3\xA4\"", "\"x,y}\""});
    }

    /// Members that our settings have at this place.
    std::string object(int depth, const edit::Path &path)
    {
        std::vector<std::string> names;
        for (const clients::Setting &one : m_ours) {
            if (one.path.size() > path.size() && one.path[path.size()].by.empty()
                && std::equal(path.begin(), path.end(), one.path.begin())
                && std::find(names.begin(), names.end(), one.path[path.size()].name) == names.end()
                && below(2)) {
                names.push_back(one.path[path.size()].name);
            }
        }
        for (int i = below(4); i > 0; --i) {
            names.push_back("key " + std::to_string(below(1000000)));
        }
        for (std::size_t i = names.size(); i > 1; --i) {
            std::swap(names[i - 1], names[static_cast<std::size_t>(below(static_cast<int>(i)))]);
        }
        const std::string indent =
            below(3) == 0 ? std::string() : m_newline + std::string(std::size_t(2 * depth + 2), ' ');
        std::string out = "{";
        for (std::size_t i = 0; i < names.size(); ++i) {
            edit::Path inside = path;
            inside.push_back({names[i], {}});
            const bool leadsOn = std::any_of(m_ours.begin(), m_ours.end(), [&](const clients::Setting &one) {
                return one.path.size() > inside.size()
                       && std::equal(inside.begin(), inside.end(), one.path.begin());
            });
            const bool list =
                leadsOn && std::any_of(m_ours.begin(), m_ours.end(), [&](const clients::Setting &one) {
                    return one.path.size() > inside.size()
                           && std::equal(inside.begin(), inside.end(), one.path.begin())
                           && !one.path[inside.size()].by.empty();
                });
            const bool nested = leadsOn ? !list : depth < 3 && below(4) == 0;
            out += indent + gap() + json::quoted(names[i]) + gap() + ":" + gap()
                   + (list     ? "[" + gap() + "]"
                      : nested ? object(depth + 1, inside)
                               : scalar())
                   + gap();
            out += i + 1 < names.size() || below(4) == 0 ? "," : "";
            out += below(6) == 0 ? " // behind" + m_newline : "";
        }
        return out + (indent.empty() ? "" : indent.substr(0, indent.size() - 2)) + gap() + "}";
    }

    std::string comment() { return below(3) == 0 ? " # it's = [a] \"comment\"" : ""; }
    std::string lines(const std::string &first)
    {
        std::string out = first + m_newline;
        for (int i = below(3); i > 0; --i) {
            out += (below(2) ? "# [table]" : "") + m_newline;
        }
        return out;
    }

    std::string toml()
    {
        std::string out;
        const auto pair = [&](const std::string &key) {
            out += lines(pick({"", "  "}) + key + pick({" = ", "=", "\t="})
                         + pick({"1", "\"a # b\"", "'c:\\d'", "[1, 2, # x\n 3]", "{a = 1, b = \"}\"}",
                                 "1979-05-27", "\"\"\"\nmany [lines]\n# no comment\n\"\"\"", "true"})
                         + comment());
        };
        for (int i = below(4); i > 0; --i) {
            pair("root" + std::to_string(i));
        }
        if (below(2)) {
            out += lines("model_provider = \"openai\"" + comment());
        }
        for (int table = below(4); table > 0; --table) {
            out += lines("[" + pick({"a", "\"b c\".d", "mcp_servers.x"}) + std::to_string(table) + "]"
                         + comment());
            for (int i = below(3); i > 0; --i) {
                pair("k" + std::to_string(i));
            }
        }
        if (below(3) == 0) {
            out += lines("[model_providers.other]") + lines("name = \"Other\"");
        }
        if (below(4) == 0) {
            out += lines("[model_providers.signalbox]") + lines("name = 'mine'" + comment());
        }
        return out;
    }

    std::string yaml()
    {
        std::string out = below(3) == 0 ? lines("# settings") : "";
        for (int i = below(4); i > 0; --i) {
            const std::string key = "key" + std::to_string(i);
            switch (below(5)) {
            case 0:
                out += lines(key + ":") + lines("  - a: 1" + comment()) + "    b: [1, 2]" + m_newline
                       + lines("  - c");
                break;
            case 1:
                out += key + ": |" + m_newline + "  text: x" + m_newline + "  # no comment" + m_newline;
                break;
            case 2:
                out += lines(key + ":") + "    inner: {a: b}" + m_newline + "    more: 'it''s'" + m_newline;
                break;
            default:
                out += lines("\"" + key + "\": " + pick({"1", "'a: b'", "plain text", "\"x # y\"", "~"})
                             + comment());
            }
        }
        if (below(2)) {
            out += lines("model: other/model" + comment());
        }
        return out;
    }

    std::string env()
    {
        std::string out;
        for (int i = below(5); i > 0; --i) {
            out += lines(pick({"", "export ", "  "}) + "NAME_" + std::to_string(i) + pick({"=", " = "})
                         + pick({"plain", "\"two words\"", "'it # is'", "", "a=b", "\"line\nbreak\""})
                         + comment());
        }
        if (below(2)) {
            out += lines("OPENAI_API_KEY=sk-old" + comment());
        }
        return out;
    }

    base::Random m_random;
    std::string m_newline;
    std::vector<clients::Setting> m_ours;
};

clients::Endpoint endpoint()
{
    clients::Endpoint out = clients::endpointOn(8377);
    out.token = "sk-signalbox-0123456789abcdef";
    out.chain = "coding";
    return out;
}

struct Case {
    std::string tool;
    clients::ToolFile file;
};

std::vector<Case> allFiles()
{
    std::vector<Case> out;
    const auto catalogue = clients::Catalogue::shipped();
    for (const clients::Tool &tool : catalogue.tools()) {
        for (const clients::ToolFile &file : tool.files) {
            out.push_back({tool.id, file});
        }
    }
    return out;
}

/// A tool of one file.
clients::Tool toolOf(const Case &one)
{
    clients::Tool out;
    out.id = one.tool;
    out.files = {one.file};
    return out;
}
} // namespace

class ClientRandomDocumentsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void connectingAndTakingItBackGivesTheSameBytes()
    {
        int planned = 0;
        for (const Case &one : allFiles()) {
            const auto settings = clients::settingsOf(one.file.settings, endpoint());
            const bool rootList = !settings.front().path.front().by.empty();
            for (unsigned seed = 0; seed < kDocuments && !rootList; ++seed) {
                const FileText now{"/home/u/file", true, Writer(seed).document(one.file.format, settings)};
                const auto plan = clients::planConnect(toolOf(one), {now}, endpoint(), {});
                const std::string where = one.tool + " seed " + std::to_string(seed) + ":\n" + now.text;
                QVERIFY2(plan, (where + (plan ? "" : plan.error().message)).c_str());
                planned += plan->writes() ? 1 : 0;
                checkUndo(one, now, plan->files.front(), where);
                checkAgain(one, plan->files.front(), where);
            }
        }
        QVERIFY(planned > 1000);
    }

private:
    /// Both ways: by the copy where nobody touched the file since, and key by key where somebody did.
    void checkUndo(const Case &one, const FileText &now, const clients::FilePlan &plan,
                   const std::string &where)
    {
        const FileText written{now.path, true, plan.after};
        const auto backup = [&](const std::string &) { return now.text; };
        const auto whole = clients::planUndo(plan.journal, written, backup);
        QVERIFY2(whole && whole->after == now.text && whole->leftAlone.empty(), where.c_str());

        clients::JournalFile touched = plan.journal;
        touched.hashAfter = "another";
        const auto byKey = clients::planUndo(touched, written, backup);
        const std::string problem = !byKey                     ? byKey.error().message
                                    : byKey->leftAlone.empty() ? std::string()
                                                               : byKey->leftAlone.front();
        QVERIFY2(problem.empty(), (problem + "\n" + where).c_str());
        const auto &editor = edit::editorFor(one.file.format);
        QVERIFY2(edit::same(*editor.read(byKey->after), *editor.read(now.text)),
                 (where + "\n--- after\n" + plan.after + "\n--- undone\n" + byKey->after).c_str());
    }

    void checkAgain(const Case &one, const clients::FilePlan &plan, const std::string &where)
    {
        clients::Journal journal;
        journal.tools[one.tool] = {plan.journal};
        const auto again =
            clients::planConnect(toolOf(one), {{plan.now.path, true, plan.after}}, endpoint(), journal);
        QVERIFY2(again && !again->writes(), where.c_str());
        QVERIFY2(again->files.front().journal == plan.journal, where.c_str());
    }
};

SIGNALBOX_TEST(ClientRandomDocumentsTest)
#include "client_random_documents_test.moc"
