package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command.Output;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.ContainerState;
import io.crius.cri.v1.ContainerStatus;
import io.crius.cri.v1.SecurityProfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How containers come to their ends, and what is told of it. */
class EndsIT {
    private static final Duration AGES = Duration.ofHours(10);
    private static final int LARGEST_LOG = 8_192;

    @RegisterExtension
    static final Node node = new Node("""
            [crio.runtime]
            log_size_max = %d
            """.formatted(LARGEST_LOG));

    private static final Ctl CTL = new Ctl(node);

    /** A container that notes that it was asked to end, and goes on. */
    private static String stubborn(Pod pod, String name) throws Exception {
        String id = node.run(
                pod,
                node.shell(name, "trap 'touch /tmp/asked' TERM; touch /tmp/ready; while :; do usleep 50000; done"));
        awaitFile(id, "/tmp/ready");
        return id;
    }

    private static void awaitFile(String id, String file) throws Exception {
        Await.until(
                "container " + id + " has " + file,
                Node.LIMIT,
                () -> node.containers().exec(id, "test", "-e", file).exitCode() == 0);
    }

    /** A stop that has sent its signal, which the container has seen. */
    private static CompletableFuture<Void> stopped(String id, Duration grace) throws Exception {
        CompletableFuture<Void> stop = stopping(id, grace);
        awaitFile(id, "/tmp/asked");
        assertThat(stop).isNotDone();
        return stop;
    }

    private static CompletableFuture<Void> stopping(String id, Duration grace) {
        return CompletableFuture.runAsync(
                () -> node.containers().stop(id, grace),
                command -> Thread.ofVirtual().start(command));
    }

    @Test
    void theShorterOfTwoStopsWinsAndBothReturn() throws Exception {
        String id = stubborn(node.runPod("web"), "main");
        CompletableFuture<Void> first = stopped(id, AGES);
        assertThat(node.containers().status(id).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
        stopping(id, Duration.ofSeconds(1)).get(30, TimeUnit.SECONDS);
        first.get(10, TimeUnit.SECONDS);
        ContainerStatus status = node.containers().status(id);
        assertThat(status.getExitCode()).isEqualTo(137);
        assertThat(status.getReason()).isEqualTo("Error");
    }

    @Test
    void theLongerOfTwoStopsChangesNothing() throws Exception {
        String id = stubborn(node.runPod("web"), "main");
        Instant begun = Instant.now();
        CompletableFuture<Void> first = stopped(id, Duration.ofSeconds(2));
        CompletableFuture<Void> second = stopping(id, AGES);
        first.get(30, TimeUnit.SECONDS);
        second.get(10, TimeUnit.SECONDS);
        ContainerStatus status = node.containers().status(id);
        assertThat(status.getExitCode()).isEqualTo(137);
        assertThat(Instant.EPOCH.plusNanos(status.getFinishedAt())).isAfter(begun.plusMillis(1_900));
    }

    @Test
    void aStopHoldsUpNothingElse() throws Exception {
        Pod pod = node.runPod("web");
        String slow = stubborn(pod, "slow");
        String other = node.run(pod, node.idle("other"));
        CompletableFuture<Void> stop = stopped(slow, AGES);
        assertThat(node.containers().exec(slow, "echo", "works").stdout()).isEqualTo("works\n");
        Path log = Path.of(node.containers().status(slow).getLogPath());
        Files.move(log, log.resolveSibling("moved.log"));
        node.containers().reopenLog(slow);
        assertThat(log).exists();
        stopping(other, Duration.ofSeconds(20)).get(30, TimeUnit.SECONDS);
        assertThat(stop).isNotDone();
        node.containers().remove(slow);
        stop.get(30, TimeUnit.SECONDS);
    }

    @Test
    @Needs(Trait.READS_CRIO_CONF)
    void aSystemCallThatTheProfileForbidsIsTheReason() throws Exception {
        Path profile = Files.writeString(node.testNode().folder().resolve("kill-mkdir.json"), """
                {"defaultAction": "SCMP_ACT_ALLOW",
                 "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_KILL_PROCESS"}]}
                """);
        var container = node.shell("main", "echo before; mkdir /here; exit $?")
                .security(s -> s.setSeccomp(SecurityProfile.newBuilder()
                        .setProfileType(SecurityProfile.ProfileType.Localhost)
                        .setLocalhostRef(profile.toString())));
        ContainerStatus status = node.awaitExit(node.run(node.runPod("web"), container));
        assertThat(status.getExitCode()).isEqualTo(159);
        assertThat(status.getReason()).isEqualTo("seccomp killed");
        assertThat(status.getMessage()).contains("SIGSYS", "seccomp profile");
    }

    @Test
    @Needs(Trait.READS_CRIO_CONF)
    void aLogStaysBelowItsLargestSize() throws Exception {
        // Its start is known before its log is begun anew, and the log that was begun last is older than its last line.
        String id = node.run(
                node.runPod("web"),
                node.shell(
                        "main",
                        "sleep 1; for i in $(seq 1999); do echo line $i of many; done; sleep 1; echo line 2000 of many"));
        Path log = Path.of(node.awaitExit(id).getLogPath());
        assertThat(Files.size(log)).isPositive().isLessThanOrEqualTo(LARGEST_LOG + 100);
        assertThat(ContainerLog.of(log).lines().getLast().text()).isEqualTo("line 2000 of many");
        assertThat(CTL.attempt("logs", id).stderr())
                .startsWith("the log was begun anew at ")
                .contains("gone where log_size_max cuts logs");
        assertThat(CTL.attempt("logs", "--tail", "1", id)).isEqualTo(new Output(0, "line 2000 of many\n", ""));
        assertThat(CTL.run("explain", id))
                .contains("log " + log + ", begun anew whenever it would be larger than " + LARGEST_LOG + " bytes");
    }

    @Test
    void aLogThatWasNotCutIsPrintedWithoutAWord() throws Exception {
        String id = node.run(node.runPod("web"), node.shell("main", "echo first; sleep 0.2; echo last"));
        node.awaitExit(id);
        assertThat(CTL.attempt("logs", id)).isEqualTo(new Output(0, "first\nlast\n", ""));
    }

    @Test
    void theNextAttemptHasAnEndOfItsOwn() throws Exception {
        Pod pod = node.runPod("web");
        ContainerStatus first = node.awaitExit(node.run(pod, node.shell("main", "exit 1")));
        ContainerStatus second =
                node.awaitExit(node.run(pod, node.shell("main", "exit 2").attempt(1)));
        assertThat(first.getExitCode()).isEqualTo(1);
        assertThat(second.getExitCode()).isEqualTo(2);
        assertThat(second.getMetadata().getAttempt()).isEqualTo(1);
        assertThat(second.getStartedAt()).isGreaterThan(first.getFinishedAt());
        assertThat(second.getLogPath()).isNotEqualTo(first.getLogPath());
    }
}
