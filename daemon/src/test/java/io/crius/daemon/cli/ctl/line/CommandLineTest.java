package io.crius.daemon.cli.ctl.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandLineTest {
    private static final Usage USAGE = Usage.of(
            "exec",
            "ID COMMAND",
            "Run it",
            Flag.on("tty", 't', ""),
            Flag.on("interactive", 'i', ""),
            Flag.text("output", 'o', ""),
            Flag.number("last", 'n', ""),
            Flag.duration("timeout", ""),
            Flag.pair("label", 'l', ""));

    @Test
    void flagsComeInEveryFormThatGoProgramsTake() {
        Given given =
                parse("-it", "--output=json", "-n", "3", "-timeout", "1m30s", "-l", "a=b", "--label", "c=d=e", "x");

        assertThat(given.on("tty") && given.on("interactive")).isTrue();
        assertThat(given.text("output")).contains("json");
        assertThat(given.number("last")).hasValue(3);
        assertThat(given.duration("timeout")).contains(Duration.ofSeconds(90));
        assertThat(given.pairs("label")).containsEntry("a", "b").containsEntry("c", "d=e");
        assertThat(given.arguments()).containsExactly("x");
        assertThat(parse("-oyaml").text("output")).contains("yaml");
        assertThat(parse("-o=yaml").text("output")).contains("yaml");
        assertThat(parse("-tojson").text("output")).contains("json");
        assertThat(parse("--tty=false").on("tty")).isFalse();
    }

    @Test
    void flagsStandBeforeAndBehindArgumentsUnlessTheseAreAnotherPrograms() {
        assertThat(parse("a", "-t", "b").arguments()).containsExactly("a", "b");
        Given own = CommandLine.parse(USAGE.withOwnFlagsOnly(), List.of("-t", "id", "ls", "-l", "--color"));
        assertThat(own.arguments()).containsExactly("id", "ls", "-l", "--color");
        assertThat(own.has("label")).isFalse();
        assertThat(parse("--", "-t").arguments()).containsExactly("-t");
        assertThat(parse("-").arguments()).containsExactly("-");
    }

    @Test
    void wrongFlagsAndValuesAreRefusedByName() {
        assertThatThrownBy(() -> parse("--nope"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("there is no flag --nope; --help lists them");
        assertThatThrownBy(() -> parse("-tx")).hasMessage("there is no flag -tx; --help lists them");
        assertThatThrownBy(() -> parse("--output")).hasMessage("the flag --output lacks its value");
        assertThatThrownBy(() -> parse("-n", "many").number("last"))
                .hasMessage("--last: \"many\" is not a whole number");
        assertThatThrownBy(() -> parse("--timeout", "soon").duration("timeout"))
                .hasMessage("--timeout: \"soon\" is no duration such as 10s or 1h30m");
        assertThatThrownBy(() -> parse("-l", "a").pairs("label")).hasMessage("--label: \"a\" is not KEY=VALUE");
        assertThatThrownBy(() -> parse("a").none()).hasMessage("no arguments are taken, but there is \"a\"");
        assertThatThrownBy(() -> parse().some("pod id")).hasMessage("at least one pod id is needed, not nothing");
    }

    @Test
    void durationsAreGosWordsOrSeconds() {
        assertThat(Durations.parse("10")).contains(Duration.ofSeconds(10));
        assertThat(Durations.parse("1h2m3.5s")).contains(Duration.ofMillis(3_723_500));
        assertThat(Durations.parse("500ms")).contains(Duration.ofMillis(500));
        assertThat(List.of("", "x", "1", "5 m", "m", "1m!", "-1s"))
                .filteredOn(text -> Durations.parse(text).isPresent())
                .containsExactly("1");
    }

    private static Given parse(String... words) {
        return CommandLine.parse(USAGE, List.of(words));
    }
}
