// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/request/dialect/neutral/equal_conversations.h"

#include <QList>
#include <QString>

namespace signalbox::test {

namespace {
/// "m7 some words"
std::string words(int number)
{
    std::string out = "m" + std::to_string(number);
    for (int i = 0; i < 3 + number % 5; ++i) {
        out += " word";
    }
    return out;
}

std::string chatMessage(const QByteArray &letter, int number)
{
    const std::string id = letter.mid(1).toStdString();
    std::string said = "\"content\":\"" + words(number) + "\"";
    switch (letter[0]) {
    case 's':
        return "{\"role\":\"system\"," + said + "}";
    case 'u':
        return "{\"role\":\"user\"," + said + "}";
    case 'c':
        said += ",\"tool_calls\":[{\"id\":\"" + id
                + "\",\"type\":\"function\",\"function\":{\"name\":\"look\",\"arguments\":\"{}\"}}]";
        return "{\"role\":\"assistant\"," + said + "}";
    case 'r':
        return "{\"role\":\"tool\",\"tool_call_id\":\"" + id + "\"," + said + "}";
    default:
        return "{\"role\":\"assistant\"," + said + "}";
    }
}

neutral::Message neutralMessage(const QByteArray &letter, int number)
{
    using neutral::Role;
    const std::string id = letter.mid(1).toStdString();
    const neutral::Text text{.text = words(number)};
    if (letter[0] == 'r') {
        return {.role = Role::Tool,
                .parts = {{neutral::ToolResult{.callId = id, .content = {text}}, std::nullopt}}};
    }
    neutral::Message out{.role = letter[0] == 's'   ? Role::System
                                 : letter[0] == 'u' ? Role::User
                                                    : Role::Assistant,
                         .parts = {{text, std::nullopt}}};
    if (letter[0] == 'c') {
        out.parts.push_back({neutral::ToolCall{.id = id, .name = "look", .arguments = "{}"}, std::nullopt});
    }
    return out;
}

QList<QByteArray> split(const QByteArray &letters)
{
    return letters.simplified().split(' ');
}

const std::string *textOf(const neutral::Part &part)
{
    if (const auto *const text = std::get_if<neutral::Text>(&part.what)) {
        return &text->text;
    }
    const auto *const result = std::get_if<neutral::ToolResult>(&part.what);
    const auto *const text =
        result && !result->content.empty() ? std::get_if<neutral::Text>(&result->content[0]) : nullptr;
    return text ? &text->text : nullptr;
}
} // namespace

std::string chatOf(const QByteArray &letters)
{
    std::string out = "{\"model\":\"m\",\"messages\":[";
    int number = 0;
    for (const QByteArray &letter : split(letters)) {
        out += (number > 0 ? "," : "") + chatMessage(letter, number);
        ++number;
    }
    return out + "]}";
}

neutral::Conversation neutralOf(const QByteArray &letters)
{
    neutral::Conversation out{.model = "m"};
    int number = 0;
    for (const QByteArray &letter : split(letters)) {
        out.messages.push_back(neutralMessage(letter, number++));
    }
    return out;
}

QByteArray randomLetters(base::Random &random)
{
    QByteArray out = random.next() % 2 ? "s" : "u";
    for (std::uint64_t turns = random.next() % 12, id = 0; turns-- > 0;) {
        const QByteArray call = QByteArray::number(qulonglong(random.next() % 3 ? ++id : id));
        switch (random.next() % 6) {
        case 0:
            out += " s";
            break;
        case 1:
            out += " c" + call + " r" + call + (random.next() % 3 ? "" : " u r" + call);
            break;
        case 2:
            out += " a";
            break;
        case 3:
            out += " r9 u";
            break;
        default:
            out += " u";
        }
    }
    return out + (random.next() % 4 ? " u" : " a");
}

std::vector<int> numbersOf(const std::string &chatBody)
{
    std::vector<int> out;
    for (std::size_t at = 0; (at = chatBody.find("\"content\":\"m", at)) != std::string::npos; ++at) {
        out.push_back(std::stoi(chatBody.substr(at + 12)));
    }
    return out;
}

std::vector<int> numbersOf(const neutral::Conversation &conversation)
{
    std::vector<int> out;
    for (const neutral::Message &message : conversation.messages) {
        const std::string *const text = message.parts.empty() ? nullptr : textOf(message.parts[0]);
        out.push_back(text ? std::stoi(text->substr(1)) : -1);
    }
    return out;
}

} // namespace signalbox::test
