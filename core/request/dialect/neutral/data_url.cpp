// SPDX-License-Identifier: GPL-3.0-or-later
// data:[mime][;name=value]…[;base64],data
#include "core/request/dialect/neutral/data_url.h"

#include <QByteArray>

namespace signalbox::neutral {

namespace {
QByteArrayView viewOf(std::string_view text)
{
    return {text.data(), static_cast<qsizetype>(text.size())};
}

bool startsWithData(std::string_view url)
{
    return url.size() >= 5 && viewOf(url.substr(0, 5)).compare("data:", Qt::CaseInsensitive) == 0;
}
} // namespace

std::string base64Of(std::string_view bytes)
{
    return viewOf(bytes).toByteArray().toBase64().toStdString();
}

std::optional<DataUrl> readDataUrl(std::string_view url)
{
    const std::size_t comma = url.find(',');
    if (!startsWithData(url) || comma == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view head = url.substr(5, comma - 5);
    const std::string_view data = url.substr(comma + 1);
    DataUrl out{.mime = std::string(head.substr(0, head.find(';'))), .data = {}};
    if (head.ends_with(";base64") || head.ends_with(";BASE64")) {
        out.data = data;
    } else {
        out.data = QByteArray::fromPercentEncoding(viewOf(data).toByteArray()).toBase64().toStdString();
    }
    return out;
}

std::string writeDataUrl(std::string_view mime, std::string_view base64)
{
    std::string out = "data:";
    out.append(mime).append(";base64,").append(base64);
    return out;
}

} // namespace signalbox::neutral
