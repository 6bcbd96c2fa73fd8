package io.crius.runtime.cli;

import static io.crius.runtime.cli.RuntimeMessages.Meaning.ALREADY_STARTED;
import static io.crius.runtime.cli.RuntimeMessages.Meaning.NOT_PAUSED;
import static io.crius.runtime.cli.RuntimeMessages.Meaning.NOT_RUNNING;
import static io.crius.runtime.cli.RuntimeMessages.Meaning.NO_SUCH_COMMAND;
import static io.crius.runtime.cli.RuntimeMessages.Meaning.OTHER;
import static io.crius.runtime.cli.RuntimeMessages.Meaning.PAUSED;
import static io.crius.runtime.cli.RuntimeMessages.Meaning.UNKNOWN_CONTAINER;
import static io.crius.runtime.cli.RuntimeMessages.meaning;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The texts are those that runc 1.1.5 and crun 1.8.1 were seen to write. */
final class RuntimeMessagesTest {
    @Test
    void ofRuncAreUnderstood() {
        assertThat(meaning(runc("container does not exist"))).isEqualTo(UNKNOWN_CONTAINER);
        assertThat(meaning(runc("cannot start an already running container"))).isEqualTo(ALREADY_STARTED);
        assertThat(meaning(runc("cannot start a container that has stopped"))).isEqualTo(NOT_RUNNING);
        assertThat(meaning(runc("cannot exec in a paused container (use --ignore-paused to override)")))
                .isEqualTo(PAUSED);
        assertThat(meaning(runc("cannot exec in a stopped container"))).isEqualTo(NOT_RUNNING);
        assertThat(meaning(runc("container not running"))).isEqualTo(NOT_RUNNING);
        assertThat(meaning(runc("container not paused"))).isEqualTo(NOT_PAUSED);
        assertThat(meaning(runc("exec failed: unable to start container process: exec: \\\"x\\\": executable file not "
                        + "found in $PATH")))
                .isEqualTo(NO_SUCH_COMMAND);
        assertThat(meaning(
                        runc("exec failed: unable to start container process: exec: \\\"/etc\\\": permission denied")))
                .isEqualTo(NO_SUCH_COMMAND);
        assertThat(meaning(runc("unable to apply cgroup configuration"))).isEqualTo(OTHER);
    }

    @Test
    void ofCrunAreUnderstood() {
        assertThat(meaning("error opening file `/run/crun/x/status`: No such file or directory\n"))
                .isEqualTo(UNKNOWN_CONTAINER);
        assertThat(meaning("cannot open `/run/crun/x/exec.fifo`: No such file or directory\n"))
                .isEqualTo(ALREADY_STARTED);
        assertThat(meaning("the container `x` is paused\n")).isEqualTo(PAUSED);
        assertThat(meaning("the container `x` is not running\n")).isEqualTo(NOT_RUNNING);
        assertThat(meaning("kill container: No such process\n")).isEqualTo(NOT_RUNNING);
        assertThat(meaning("executable file `nosuch` not found in $PATH: No such file or directory\n"))
                .isEqualTo(NO_SUCH_COMMAND);
        assertThat(meaning("cgroups in hybrid mode not supported, drop all controllers from cgroupv2\n"))
                .isEqualTo(OTHER);
    }

    @Test
    void becomeSentencesForPeople() {
        assertThat(RuntimeMessages.readable(runc("exec: \\\"x\\\": not found") + runc("second")))
                .isEqualTo("exec: \"x\": not found; second");
        assertThat(RuntimeMessages.readable("2026-11-23T21:06:44.123456Z: executable file `x` not found\n"))
                .isEqualTo("executable file `x` not found");
        assertThat(RuntimeMessages.readable(
                        "\u001b[1;31m2026-11-28T02:19:19.922313Z: executable file `x` not found\u001b[0m\r\n"))
                .isEqualTo("executable file `x` not found");
        assertThat(RuntimeMessages.readable("plain\n\n")).isEqualTo("plain");
        assertThat(RuntimeMessages.readable("")).isEmpty();
    }

    @Test
    void areBounded() {
        assertThat(RuntimeMessages.readable("x".repeat(100_000))).hasSize(4099).startsWith("...x");
    }

    private static String runc(String message) {
        return "time=\"2026-11-23T21:06:44Z\" level=error msg=\"" + message + "\"\n";
    }
}
