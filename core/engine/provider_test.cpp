// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/provider_test.h"

#include <simdjson.h>

#include "core/request/dialect/refusal/provider_error.h"
#include "core/request/provider/models/model_list.h"

namespace signalbox::engine {

namespace dom = simdjson::dom;
using upstream::WireEnd;

namespace {
/// Steps up to the one that failed, in the order they happen on the wire.
void wireSteps(TestReport &report, const errand::Fetched &fetched)
{
    const upstream::WireTimes &times = fetched.times;
    const WireEnd end = fetched.wire.end;
    const auto step = [&](const char *name, base::Duration took, bool failed) {
        report.steps.push_back({name, !failed, took, failed ? fetched.wire.detail : std::string()});
        return !failed;
    };
    if ((times.dns > base::Duration{} || end == WireEnd::DnsFailed)
        && !step("Name found", times.dns, end == WireEnd::DnsFailed)) {
        return;
    }
    const bool noConnection =
        end == WireEnd::ConnectFailed || end == WireEnd::ConnectTimeout || end == WireEnd::ProxyFailed;
    if (!step("Connected", times.connect, noConnection)) {
        return;
    }
    const bool noTls =
        end == WireEnd::TlsFailed || end == WireEnd::TlsTimeout || end == WireEnd::CertificateRefused;
    if ((times.tls > base::Duration{} || noTls) && !step("Secured (TLS)", times.tls, noTls)) {
        return;
    }
    if (fetched.head.status == 0 || end != WireEnd::Complete) {
        step("Answered", fetched.took, true);
    }
}

std::string statusText(const errand::Fetched &fetched)
{
    return std::to_string(fetched.head.status) + ": " + dialect::readProviderError(fetched.body).message;
}
} // namespace

TestReport reportOn(const errand::Fetched &fetched, bool keySent)
{
    TestReport report;
    wireSteps(report, fetched);
    if (!report.steps.empty() && !report.steps.back().ok) {
        return report;
    }
    const int status = fetched.head.status;
    const bool refused = status == 401 || status == 403;
    if (refused || keySent) {
        report.steps.push_back(
            {"Key accepted", !refused, fetched.took, refused ? statusText(fetched) : std::string()});
    }
    if (refused) {
        return report;
    }
    report.models = status == 200 ? modelsIn(fetched.body) : std::vector<std::string>();
    const bool listed = !report.models.empty();
    report.steps.push_back({"Models listed", listed, fetched.took,
                            listed          ? std::to_string(report.models.size()) + " models"
                            : status == 200 ? std::string("the list could not be read: type the model names")
                                            : statusText(fetched)});
    // Some providers have no list; that does not speak against them.
    report.ok = listed || status == 404 || status == 200;
    return report;
}

std::vector<std::string> modelsIn(std::string_view body)
{
    std::vector<std::string> ids;
    for (provider::ListedModel &one : provider::readModelList(body)) {
        ids.push_back(std::move(one.id));
    }
    return ids;
}

std::string textOfAnswer(std::string_view body)
{
    dom::parser parser;
    dom::element root;
    dom::element first;
    std::string_view text;
    if (!parser.parse(body.data(), body.size()).get(root) && !root["choices"].at(0).get(first)
        && !first["message"]["content"].get_string().get(text)) {
        return std::string(text);
    }
    return dialect::readProviderError(body).message;
}

} // namespace signalbox::engine
