package io.crius.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.linux.Child;
import io.crius.linux.ExitStatus;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import io.crius.linux.SpawnRequest;
import io.crius.model.Deadline;
import io.crius.runtime.cli.Command;
import io.crius.runtime.cli.CommandOutcome;
import io.crius.runtime.cli.CommandRunner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class OrphansIT {
    private static final int SIGKILL = 9;
    private static final Duration LONG = Duration.ofSeconds(20);

    private final Linux linux = Linux.real();

    @Test
    void areCollectedWhenTheyHaveEndedAndNobodyElseDoes() throws Exception {
        try (Orphans _ = Orphans.adopt(linux.processes(), Duration.ofMillis(50))) {
            List<Long> pids = orphans("for i in 1 2 3; do sleep 0.0$i >/dev/null 2>&1 & echo $!; done");
            assertThat(pids).hasSize(3);
            awaitCollected(pids);
        }
    }

    @Test
    void areCollectedSoonWhereTheyAreExpected() throws Exception {
        try (Orphans _ = Orphans.adopt(linux.processes(), Duration.ofHours(1))) {
            List<Long> dead = orphans("sleep 0.01 >/dev/null 2>&1 & echo $!");
            Orphans.expect();
            awaitCollected(dead);
            List<Long> dying = orphans("sleep 1.5 >/dev/null 2>&1 & echo $!");
            Orphans.expect();
            awaitCollected(dying);
        }
    }

    @Test
    void thatSomebodyClaimsAreLeftToHimHoweverLateHeIs() throws Exception {
        try (Orphans _ = Orphans.adopt(linux.processes(), Duration.ofMillis(20))) {
            List<Long> pids = orphans("for i in 1 2; do sleep 1000 >/dev/null 2>&1 & echo $!; done");
            long claimed = pids.getFirst();
            try (Orphans.Claim _ = Orphans.claim(claimed)) {
                for (long pid : pids) {
                    linux.processes().kill(pid, SIGKILL);
                }
                // Both ended at the same time, and the other one has been looked at twice.
                awaitCollected(List.of(pids.getLast()));
                assertThat(linux.processes().stat(claimed)).isPresent();
            }
            awaitCollected(pids);
        }
    }

    private List<Long> orphans(String script) {
        CommandOutcome outcome = new CommandRunner(linux)
                .run(Command.of(List.of("/bin/sh", "-c", script), List.of("PATH=/bin:/usr/bin")), Deadline.after(LONG));
        return outcome.stdout().lines().map(Long::valueOf).toList();
    }

    private void awaitCollected(List<Long> pids) throws InterruptedException {
        long end = System.nanoTime() + LONG.toNanos();
        while (pids.stream().anyMatch(pid -> linux.processes().stat(pid).isPresent()) && System.nanoTime() < end) {
            Thread.sleep(5);
        }
        assertThat(pids).allMatch(pid -> linux.processes().stat(pid).isEmpty());
    }

    @Test
    void ofThisDaemonsOwnStartingAreLeftToWhoStartedThem() throws Exception {
        try (Orphans _ = Orphans.adopt(linux.processes(), Duration.ofMillis(20));
                Fd none = linux.descriptors().open(Path.of("/dev/null"), Set.of(OpenFlag.RDWR), 0);
                Child child = linux.processes()
                        .spawn(new SpawnRequest(
                                List.of("/bin/sh", "-c", "exit 7"),
                                List.of(),
                                Path.of("/"),
                                Map.of(0, none, 1, none, 2, none),
                                SpawnRequest.Leadership.SAME_SESSION))) {
            long deadFor = System.nanoTime() + Duration.ofMillis(2500).toNanos();
            while (System.nanoTime() < deadFor) {
                Thread.sleep(50);
                assertThat(linux.processes().stat(child.pid())).isPresent();
            }

            assertThat(child.waitFor(LONG)).contains(ExitStatus.exited(7));
        }
    }
}
