// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/foundation/json/writer.h"
#include "core/request/dialect/responses/responses_codec.h"
#include "tests/support/registry.h"
#include "tests/unit/request/dialect/responses/responses_samples.h"

using namespace signalbox;
using namespace signalbox::neutral;
using responses::ResponsesCodec;

namespace {
Conversation read(const std::string &body)
{
    return ResponsesCodec().readRequest(body).value_or(Conversation{.model = "unreadable"});
}

Written written(const Conversation &conversation)
{
    const RequestContext context{.model = conversation.model, .stream = conversation.stream};
    return ResponsesCodec().writeRequest(conversation, context).value_or(Written{.body = "refused"});
}

json::Value body(const Conversation &conversation)
{
    return responses::test::tree(written(conversation).body);
}

std::string at(const json::Value &value, std::initializer_list<const char *> path)
{
    const json::Value *found = &value;
    for (const char *step : path) {
        const bool index = found->is(json::Value::Type::Array);
        const std::size_t number = index ? std::stoul(step) : 0;
        found =
            index ? (number < found->items().size() ? &found->items()[number] : nullptr) : found->find(step);
        if (!found) {
            return "missing";
        }
    }
    return json::writeCompact(*found);
}

/// "S[T] A[RTC]": roles and kinds of parts.
std::string shape(const Conversation &conversation)
{
    std::string out;
    for (const Message &message : conversation.messages) {
        out += out.empty() ? "" : " ";
        out += "SDUAT"[static_cast<std::size_t>(message.role)];
        out += "[";
        for (const Part &part : message.parts) {
            out += "TMRCOXF"[part.what.index()];
        }
        out += "]";
    }
    return out;
}

Part text(std::string said)
{
    return {.what = Text{.text = std::move(said), .annotations = {}}};
}

Conversation fromChat()
{
    Conversation out{.origin = base::Dialect::Chat, .model = "m"};
    out.messages = {{.role = Role::System, .parts = {text("be brief")}},
                    {.role = Role::User, .parts = {text("hi")}, .name = "ann"}};
    Tool tool{.name = "weather"};
    out.tools.push_back(tool);
    out.sampling = {.temperature = "0.70", .seed = "9223372036854775807", .n = 2};
    out.stop = {"END"};
    out.maxOutput = 1;
    return out;
}

struct Bad {
    const char *name;
    const char *body;
    const char *message;
};
const std::vector<Bad> kBad{
    {"no JSON", "{", "the request must be a JSON object"},
    {"no object", "[]", "the request must be a JSON object"},
    {"no input", R"({"model":"m"})", "input is missing"},
    {"a number", R"({"input":7})", "input must be a string or a list"},
    {"an item that is none", R"({"input":["x"]})", "input[0] must be an object"},
    {"no role", R"({"input":[{"type":"message","content":"x"}]})",
     "input[0].role must be user, assistant, system or developer"},
    {"no type", R"({"input":[{"role":"user","content":"x"},{"name":"x"}]})", "input[1].type is missing"},
    {"content", R"({"input":[{"role":"user","content":3}]})", "input[0].content must be a string or a list"},
    {"a part", R"({"input":[{"role":"user","content":[{"type":"input_text"},3]}]})",
     "input[0].content[1] must be an object"},
    {"a nameless call", R"({"input":[{"type":"function_call","call_id":"c"}]})", "input[0].name is missing"},
    {"a call without id", R"({"input":[{"type":"function_call","name":"f"}]})",
     "input[0].call_id is missing"},
    {"a result without id", R"({"input":[{"type":"function_call_output","output":"f"}]})",
     "input[0].call_id is missing"},
    {"tools", R"({"input":"x","tools":{}})", "tools must be a list"},
    {"a nameless tool", R"({"input":"x","tools":[{"type":"function"}]})", "tools[0].name is missing"},
    {"a tool inside", R"({"input":"x","tools":[{"type":"namespace","name":"n","tools":[{"type":"mcp"}]}]})",
     "tools[0].tools[0].type must be function or custom"},
    {"instructions", R"({"input":"x","instructions":["y"]})", "instructions must be a string"},
};

std::string stringInput()
{
    return R"({"model":"m","input":"hello","temperature":"hot","user":null,"reasoning":{"effort":"low","summary":null}})";
}

std::string settings()
{
    return R"({"model":"m","model":"last","input":"x","temperature":0.70,"top_p":1e-1,"top_logprobs":3,)"
           R"("include":["message.output_text.logprobs","reasoning.encrypted_content"],"max_output_tokens":1e3,)"
           R"("metadata":{"k":"v"},"user":"u","safety_identifier":"s","truncation":"auto","store":true,)"
           R"("previous_response_id":"resp_1","tool_choice":{"type":"allowed_tools","mode":"required",)"
           R"("tools":[{"type":"function","name":"f"},{"type":"custom","name":"g"}]},)"
           R"("tools":[{"type":"function","name":"f","parameters":null,"strict":null},{"type":"custom","name":"g"}],)"
           R"("text":{"format":{"type":"json_object"},"wild":1},"parallel_tool_calls":false})";
}

std::string unlikelyContent()
{
    return R"({"model":"m","input":[{"role":"user","content":[{"type":"input_hologram","x":1},)"
           R"({"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE"},)"
           R"({"type":"input_file","file_url":"https://e.org/a"},{"type":"input_image","file_id":"file-1"},)"
           R"({"type":"input_text","text":"t","prompt_cache_breakpoint":{"mode":"explicit"}}]},)"
           R"({"type":"item_reference","id":"rs_9"},{"type":"computer_call_output","call_id":"c","output":{}},)"
           R"({"type":"message","role":"assistant","content":[{"type":"refusal","refusal":"no"},)"
           R"({"type":"output_hologram"},{"type":"output_text","text":"a","annotations":[{"type":"file_path"}]}]}]})";
}

/// Puts `with` in place of the `target`th value of the tree, counted in its order.
bool replaceAt(json::Value &value, int &target, const json::Value &with)
{
    if (target-- == 0) {
        value = with;
        return true;
    }
    for (json::Value &item : value.items()) {
        if (replaceAt(item, target, with)) {
            return true;
        }
    }
    for (json::Member &member : value.members()) {
        if (replaceAt(member.value, target, with)) {
            return true;
        }
    }
    return false;
}
} // namespace

class ResponsesRequestTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void gathersWhatCodexSendsIntoMessages()
    {
        const Conversation c = read(responses::test::sample("codex_request.json"));
        QCOMPARE(shape(c), "S[T] D[T] U[TM] A[RTCCC] T[OOO] U[T] A[FT] U[T]");
        QCOMPARE(c.messages[3].id, "msg_1");
        QCOMPARE(c.messages[3].phase, "commentary");
        QCOMPARE(c.messages[6].phase, "final_answer");
        const auto &read = std::get<ToolCall>(c.messages[3].parts[2].what);
        QCOMPARE(read.name, "mcp__files__read");
        QCOMPARE(read.space->tool, "read");
        const auto &shell = std::get<ToolCall>(c.messages[3].parts[4].what);
        QCOMPARE(shell.name, "local_shell");
        QCOMPARE(shell.arguments, R"({"command":["ls","-l"],"timeout_ms":1000})");
        QCOMPARE(std::get<ToolResult>(c.messages[4].parts[1].what).custom, true);
        QCOMPARE(std::get<ToolResult>(c.messages[4].parts[0].what).name, "mcp__files__read");
        QCOMPARE(c.tools.size(), std::size_t(6));
        QCOMPARE(c.tools[2].name, "mcp__files__read");
        QVERIFY(c.tools[4].kind == Tool::Kind::Function && c.tools[4].schema.find("properties"));
        QVERIFY(c.tools[5].kind == Tool::Kind::Foreign);
        QCOMPARE(c.rest.size(), std::size_t(3)); // reasoning.context, include, client_metadata
    }

    void writesWhatItRead_data()
    {
        QTest::addColumn<QString>("body");
        QTest::newRow("codex") << QString::fromStdString(responses::test::sample("codex_request.json"));
        QTest::newRow("a string") << QString::fromStdString(stringInput());
        QTest::newRow("settings") << QString::fromStdString(settings());
        QTest::newRow("unlikely content") << QString::fromStdString(unlikelyContent());
    }
    void writesWhatItRead()
    {
        QFETCH(QString, body);
        const Conversation c = read(body.toStdString());
        const Written again = written(c);
        QVERIFY(c.model != "unreadable");
        QVERIFY(again.dropped.empty());
        QCOMPARE(QString::fromStdString(written(read(again.body)).body), QString::fromStdString(again.body));
        QVERIFY2(read(again.body) == c, again.body.c_str());
    }

    void writesToolsItemsAndInstructionsInTheirOwnShapes()
    {
        const json::Value codex = responses::test::tree(responses::test::sample("codex_request.json"));
        const json::Value out = body(read(responses::test::sample("codex_request.json")));
        QCOMPARE(at(out, {"instructions"}), at(codex, {"instructions"}));
        QCOMPARE(at(out, {"tools", "1"}), at(codex, {"tools", "1"}));
        QCOMPARE(at(out, {"tools", "2", "tools", "0", "defer_loading"}), "true");
        QCOMPARE(at(out, {"tools", "2", "tools", "1", "name"}), "\"write\"");
        QCOMPARE(at(out, {"tools", "3"}), at(codex, {"tools", "3"}));
        QCOMPARE(at(out, {"tools", "4"}), at(codex, {"tools", "4"}));
        QCOMPARE(at(out, {"input", "6"}), at(codex, {"input", "6"})); // local_shell_call
        QCOMPARE(at(out, {"text", "format", "name"}), "\"codex_output_schema\"");
        QCOMPARE(at(out, {"reasoning"}), R"({"effort":"medium","summary":"auto","context":"all_turns"})");
        QCOMPARE(at(out, {"client_metadata"}), R"({"a":"b"})");
    }

    void keepsWhatHasNoPlaceOrNoUsableType()
    {
        const Conversation c = read(stringInput());
        QCOMPARE(c.rest.size(), std::size_t(1));
        QCOMPARE(c.rest[0].name, "temperature");
        QCOMPARE(c.thinking.effort, "low");
        QCOMPARE(shape(c), "U[T]");
    }

    void readsSettings()
    {
        const Conversation c = read(settings());
        QCOMPARE(c.model, "last");
        QCOMPARE(c.sampling.temperature, "0.70");
        QCOMPARE(c.sampling.logprobs, std::optional(true));
        QCOMPARE(c.maxOutput, std::optional<std::int64_t>(1000));
        QVERIFY(c.toolChoice.mode == ToolChoice::Mode::Required && c.toolChoice.allowed.size() == 2);
        QVERIFY(c.format.kind == OutputFormat::Kind::JsonObject);
        QCOMPARE(c.previousResponseId, "resp_1");
        QCOMPARE(at(body(c), {"tool_choice", "tools", "1", "type"}), "\"custom\"");
        QCOMPARE(at(body(c), {"text", "wild"}), "1");
    }

    void namesThePlaceOfWhatCannotBeUsed_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("message");
        for (const Bad &bad : kBad) {
            QTest::newRow(bad.name) << bad.body << bad.message;
        }
    }
    void namesThePlaceOfWhatCannotBeUsed()
    {
        QFETCH(QString, body);
        QFETCH(QString, message);
        const auto refused = ResponsesCodec().readRequest(body.toStdString());
        QVERIFY(!refused);
        QVERIFY(refused.error().code == base::ErrorCode::InvalidArgument);
        QCOMPARE(QString::fromStdString(refused.error().message), message);
    }

    void saysWhatAnotherDialectLeavesUnsaid()
    {
        const Written out = written(fromChat());
        const json::Value body = responses::test::tree(out.body);
        QCOMPARE(at(body, {"instructions"}), "\"be brief\"");
        QCOMPARE(at(body, {"input"}), R"([{"type":"message","role":"user","content":"hi"}])");
        QCOMPARE(at(body, {"store"}), "false");
        QCOMPARE(at(body, {"tools", "0", "strict"}), "false");
        QCOMPARE(at(body, {"tools", "0", "parameters"}), R"({"type":"object","properties":{}})");
        QCOMPARE(at(body, {"max_output_tokens"}), "16");
        QCOMPARE(at(body, {"temperature"}), "0.70");
        QCOMPARE(at(body, {"stream"}), "missing");
        const std::vector<std::string> lost{"name", "stop", "n", "seed"};
        QVERIFY2(out.dropped == lost, out.body.c_str());
    }

    void handsThoughtsOnlyToWhoThoughtThem()
    {
        Conversation c = fromChat();
        Reasoning thought{.text = "hm"};
        c.messages.push_back({.role = Role::Assistant, .parts = {{.what = thought}, text("yes")}});
        const Written out = written(c);
        QCOMPARE(at(responses::test::tree(out.body), {"input", "1", "type"}), "\"message\"");
        QVERIFY(std::ranges::count(out.dropped, "reasoning_content") == 1);
    }

    void refusesSoundRatherThanLeavingItOut()
    {
        Conversation c = fromChat();
        c.messages[1].parts.push_back({.what = Media{.kind = Media::Kind::Audio, .data = "AAAA"}});
        const auto out = ResponsesCodec().writeRequest(c, {.model = "m"});
        QVERIFY(!out && out.error().message.starts_with("messages[1] "));
    }

    void turnsABudgetIntoEffort()
    {
        Conversation c = fromChat();
        c.thinking.budget = 6000;
        QCOMPARE(at(body(c), {"reasoning"}), R"({"effort":"medium"})");
    }

    void joinsNamesOfNamespacesWithinEveryDialectsLimits()
    {
        const std::string space(60, 's');
        const Conversation c =
            read(R"({"model":"m","input":"x","tools":[{"type":"namespace","name":")" + space
                 + R"(","tools":[{"type":"function","name":"one.x"},{"type":"function","name":"two"}]}]})");
        QCOMPARE(c.tools[0].name.size(), std::size_t(64));
        QVERIFY(c.tools[0].name != c.tools[1].name);
        QCOMPARE(at(body(c), {"tools", "0", "tools", "0", "name"}), "\"one.x\"");
    }

    void survivesAnyValueInAnyPlace()
    {
        const json::Value codex = responses::test::tree(responses::test::sample("codex_request.json"));
        const std::vector<json::Value> strangers{{},
                                                 json::Value::number("-1e999"),
                                                 json::Value::string(""),
                                                 json::Value::array({json::Value::array(), {}}),
                                                 json::Value::object()};
        int changed = 0;
        for (const json::Value &stranger : strangers) {
            for (int place = 0;; ++place) {
                json::Value request = codex;
                int target = place;
                if (!replaceAt(request, target, stranger)) {
                    break;
                }
                ++changed;
                const auto conversation = ResponsesCodec().readRequest(json::writeCompact(request));
                if (conversation) { // what can be read can be written, and read again
                    const Written again = written(*conversation);
                    QVERIFY2(again.body == "refused" || read(again.body).model != "unreadable",
                             json::writeCompact(request).c_str());
                }
            }
        }
        QVERIFY(changed > 500);
    }
};

SIGNALBOX_TEST(ResponsesRequestTest)
#include "responses_request_test.moc"
