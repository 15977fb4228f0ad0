// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/chat/request/message_writer.h"
#include "core/request/dialect/neutral/data_url.h"
#include "core/request/dialect/neutral/value_read.h"

namespace signalbox::chat {

namespace {
using json::Value;
using neutral::addText;
using neutral::Media;

Value part(const char *type, Value inside)
{
    Value out = Value::object();
    out.add("type", Value::string(type));
    out.add(type, std::move(inside));
    return out;
}

bool isWeb(const std::string &url)
{
    return url.starts_with("https://") || url.starts_with("http://");
}

std::string urlOf(const Media &media, const char *usualMime)
{
    if (!media.data.empty()) {
        return neutral::writeDataUrl(media.mime.empty() ? usualMime : media.mime, media.data);
    }
    return isWeb(media.url) ? media.url : std::string();
}

std::string audioFormat(const std::string &mime)
{
    const std::string kind = mime.starts_with("audio/") ? mime.substr(6) : mime;
    if (kind == "mpeg" || kind == "mpga") {
        return "mp3";
    }
    return kind.empty() || kind == "x-wav" || kind == "wave" || kind == "vnd.wave" ? "wav" : kind;
}
} // namespace

std::optional<Value> MessageWriter::documentOf(const Media &media)
{
    if (!media.text.empty()) { // as text every model can read it
        Value out = Value::object();
        out.add("type", Value::string("text"));
        out.add("text", Value::string((media.name.empty() ? "" : media.name + "\n\n") + media.text));
        return out;
    }
    Value file = Value::object();
    const bool openAi =
        m_conversation.origin == base::Dialect::Chat || m_conversation.origin == base::Dialect::Responses;
    if (!media.data.empty()) {
        file.add("filename", Value::string(media.name.empty() ? "document.pdf" : media.name));
        file.add("file_data", Value::string(urlOf(media, "application/pdf")));
    } else if (!media.fileId.empty() && openAi) {
        addText(file, "filename", media.name);
        file.add("file_id", Value::string(media.fileId));
    } else {
        m_drops.lose(media.fileId.empty() ? "a document by its address" : "a document by its file id");
        return std::nullopt;
    }
    return part("file", std::move(file));
}

std::optional<Value> MessageWriter::mediaOf(const Media &media)
{
    if (media.kind == Media::Kind::Document) {
        return documentOf(media);
    }
    if (media.kind == Media::Kind::Audio) {
        if (media.data.empty()) {
            m_drops.lose("audio by its address");
            return std::nullopt;
        }
        Value audio = Value::object();
        audio.add("data", Value::string(media.data));
        audio.add("format", Value::string(audioFormat(media.mime)));
        return part("input_audio", std::move(audio));
    }
    const bool video = media.kind == Media::Kind::Video;
    const std::string url = urlOf(media, video ? "video/mp4" : "image/png");
    if (url.empty() || (video && !m_accepts.videoUrl)) {
        m_drops.lose(video                  ? "video"
                     : media.fileId.empty() ? "an image without its bytes"
                                            : "an image by its file id");
        return std::nullopt;
    }
    Value inside = Value::object();
    inside.add("url", Value::string(url));
    // "original" is Responses' word alone.
    addText(inside, "detail", media.detail == "original" ? "high" : media.detail);
    return part(video ? "video_url" : "image_url", std::move(inside));
}

} // namespace signalbox::chat
