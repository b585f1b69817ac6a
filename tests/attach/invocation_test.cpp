#include "app/front/invocation.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::front;
using tradesh::attach::RunForm;
using Words = std::vector<std::string>;

namespace {

Result<Invocation> parse(std::vector<std::string_view> words, bool terminal = true) {
    return parse_invocation(words, "paper", terminal);
}

} // namespace

TEST_CASE("a command goes to the core word for word") {
    const Invocation plain = parse({"buy", "GOOG", "10", "limit", "-1", "--json", "-c", "x"}).value();
    CHECK(plain.action == Action::run);
    CHECK(plain.form == RunForm::words);
    CHECK(plain.profile == "paper");
    CHECK(plain.words == Words{"buy", "GOOG", "10", "limit", "-1", "--json", "-c", "x"});
    const Invocation options = parse({"--format", "csv", "-v", "a=b", "--live", "pos"}).value();
    CHECK(options.words == Words{"--format", "csv", "-v", "a=b", "--live", "pos"});
}

TEST_CASE("the client takes the profile, wherever it stands, and looks at the timeout") {
    const Invocation before = parse({"--profile", "live-1", "--timeout=250ms", "pos"}).value();
    CHECK(before.profile == "live-1");
    CHECK(before.timeout == Duration(std::chrono::milliseconds(250)));
    CHECK(before.words == Words{"--timeout=250ms", "pos"});
    const Invocation behind = parse({"pos", "--timeout", "2s", "--profile=x", "--", "--profile", "y"}).value();
    CHECK(behind.profile == "x");
    CHECK(behind.timeout == Duration(std::chrono::seconds(2)));
    CHECK(behind.words == Words{"pos", "--timeout", "2s", "--", "--profile", "y"});
    CHECK_FALSE(parse({"pos", "--timeout", "soon"}).value().timeout);
    CHECK_FALSE(parse({"--timeout", "0s", "pos"}).value().timeout); // the core tells what is wrong with it
    CHECK(parse({"--profile"}).error().code == "option.value");
}

TEST_CASE("text, scripts, standard input, the prompt") {
    const Invocation text = parse({"--venue", "paper", "-c", "a; b", "--json"}).value();
    CHECK(text.form == RunForm::text);
    CHECK(text.text == "a; b");
    CHECK(text.words == Words{"--venue", "paper", "--json"});
    const Invocation script = parse({"-f", "morning.tsh"}).value();
    CHECK(script.form == RunForm::script);
    CHECK(script.text == "morning.tsh");
    const Invocation input = parse({"--csv"}, false).value();
    CHECK(input.form == RunForm::script);
    CHECK(input.text == "-");
    CHECK(input.words == Words{"--csv"});
    CHECK(parse({"--csv"}).value().action == Action::prompt);
    CHECK(parse({}).value().action == Action::prompt);
    CHECK(parse({"-c", "a", "-f", "b"}).error().code == "option.twice");
    CHECK(parse({"-c"}).error().kind == ErrorKind::usage);
}

TEST_CASE("help is the core's, version and serve are the client's") {
    CHECK(parse({"--help"}).value().action == Action::run);
    CHECK(parse({"pos", "--version"}).value().action == Action::run);
    CHECK(parse({"--version"}).value().action == Action::version);
    CHECK(parse({"serve"}).value().action == Action::serve);
    CHECK_FALSE(parse({"serve"}).value().replace);
    CHECK(parse({"serve", "--replace"}).value().replace);
    CHECK(parse({"serve", "--help"}).value().action == Action::run);
}

TEST_CASE("failures are JSON when asked for, even before the words make sense") {
    CHECK(wants_json(std::vector<std::string_view>{"--profile", "--json"}));
    CHECK_FALSE(wants_json(std::vector<std::string_view>{"watch", "--", "pos", "--json"}));
}
