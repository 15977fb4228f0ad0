// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <set>
#include <string>

#include "core/request/dialect/neutral/codec.h"

namespace signalbox::messages {

/// Reads the events of one streamed answer. Blocks are parts; a block that only this dialect knows is told
/// whole, at its end. A second message_start that is not the first once more, or an index that comes again,
/// means that a relay has joined two answers: garbled.
class MessagesStreamReader final : public neutral::StreamReader
{
public:
    bool take(const http::SseEvent &event, std::vector<neutral::StreamItem> &out) override;
    void finish(std::vector<neutral::StreamItem> &out) override;

private:
    enum class Kind : std::uint8_t { Text, Reasoning, Call, Foreign };
    struct Block {
        Kind kind = Kind::Text;
        int part = -1;     ///< none: Foreign, which is told at its end
        json::Value value; ///< of Foreign: the block; of a call: the input that it began with
        std::string input; ///< of Foreign: its input so far
        bool grew = false;
        std::size_t said = 0;
    };
    using Items = std::vector<neutral::StreamItem>;

    bool takeData(const json::Value &data, const std::string &type, std::string_view raw, Items &out);
    bool begin(const json::Value &message, Items &out);
    bool openBlock(const json::Value &data, Items &out);
    Block &newBlock(std::int64_t index, const json::Value &block, Items &out);
    void grow(const json::Value &data, Items &out);
    void growBlock(Block &block, const json::Value &delta, const std::string &type, Items &out);
    void closeBlock(Block &block, Items &out);
    void closeAll(Items &out);
    void takeMessageDelta(const json::Value &data, Items &out);
    void end(neutral::ChoiceEnds ends, Items &out);

    std::map<std::int64_t, Block> m_blocks; ///< open ones
    std::set<std::int64_t> m_seen;
    events::TokenUsage m_usage;
    std::string m_id;
    int m_parts = 0;
    bool m_began = false;
    bool m_called = false;
    bool m_choiceEnded = false;
    bool m_over = false;
};

} // namespace signalbox::messages
