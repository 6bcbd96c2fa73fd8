package io.crius.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.linux.SpawnRequest.Leadership;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class KernelProcessesIT {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final Linux linux = Linux.real();
    private final long descriptors = Fd.openCount();

    @AfterEach
    void leavesNoDescriptorOpen() {
        assertThat(Fd.openCount()).isEqualTo(descriptors);
    }

    @Test
    void aChildSeesWhatItWasGivenAndNothingElse() throws Exception {
        String seen = output("ls -l /proc/self/fd | grep -o '[0-9]* ->' ; env; pwd; grep Sig /proc/self/status");

        assertThat(seen.lines())
                .contains("0 ->", "1 ->", "2 ->", "7 ->", "COLOUR=green", "/proc")
                .contains("SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000")
                .doesNotContain("4 ->", "5 ->", "6 ->", "8 ->", "9 ->");
        // ls itself opens the folder as 3.
        assertThat(seen).doesNotContain("HOME=");
    }

    @Test
    void aSessionOfItsOwnIsLedByTheChild() throws Exception {
        try (Child child = spawn("sleep 1000", Leadership.NEW_SESSION);
                Child other = spawn("sleep 1000", Leadership.SAME_SESSION)) {
            ProcessStat stat = linux.processes().stat(child.pid()).orElseThrow();
            assertThat(stat.session()).isEqualTo(child.pid());
            assertThat(stat.pgrp()).isEqualTo(child.pid());
            assertThat(linux.processes().stat(other.pid()).orElseThrow().session())
                    .isNotEqualTo(other.pid());
            linux.processes().kill(-child.pid(), 9);
            other.kill(9);
            assertThat(child.waitFor(LONG)).contains(ExitStatus.signaled(9));
            assertThat(other.waitFor(LONG)).contains(ExitStatus.signaled(9));
            assertThat(other.waitFor(Duration.ZERO)).contains(ExitStatus.signaled(9));
            other.kill(9);
        }
    }

    @Test
    void whatCannotBeStartedSaysWhy() {
        var nowhere =
                new SpawnRequest(List.of("/nonexistent"), List.of(), Path.of("/"), Map.of(), Leadership.SAME_SESSION);
        var lost = new SpawnRequest(
                List.of("/bin/true"), List.of(), Path.of("/nonexistent"), Map.of(), Leadership.SAME_SESSION);

        for (SpawnRequest request : List.of(nowhere, lost)) {
            assertThatThrownBy(() -> linux.processes().spawn(request))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining("posix_spawn(" + request.argv().getFirst() + ")")
                    .hasMessageContaining("ENOENT");
        }
    }

    @Test
    void aWaitEndsWithItsTime() throws Exception {
        try (Child child = spawn("sleep 1000", Leadership.NEW_SESSION)) {
            assertThat(child.waitFor(Duration.ofMillis(20))).isEmpty();
            child.kill(15);
            assertThat(child.waitFor(LONG)).contains(ExitStatus.signaled(15));
        }
    }

    @Test
    void aChildThatIsGivenUpIsCollected() throws Exception {
        long pid;
        try (Child child = spawn("exit 3", Leadership.SAME_SESSION)) {
            pid = child.pid();
        }
        long end = System.nanoTime() + LONG.toNanos();
        while (linux.processes().stat(pid).isPresent() && System.nanoTime() < end) {
            Thread.sleep(2);
        }
        assertThat(linux.processes().stat(pid)).isEmpty();
        while (Fd.openCount() > descriptors && System.nanoTime() < end) {
            Thread.sleep(2);
        }
    }

    @Test
    void theEndOfManyProcessesIsTold() throws Exception {
        var told = new CountDownLatch(50);
        var children = new ArrayList<Child>();
        try {
            for (int i = 0; i < 50; i++) {
                Child child = spawn("exit " + i, Leadership.SAME_SESSION);
                children.add(child);
                linux.processes().onExit(child.pidfd(), told::countDown);
            }
            assertThat(told.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < 50; i++) {
                assertThat(children.get(i).waitFor(LONG)).contains(ExitStatus.exited(i));
            }
        } finally {
            children.forEach(Child::close);
        }
    }

    @Test
    void oneProcessMayBeWatchedByMany() throws Exception {
        var told = new CountDownLatch(3);
        try (Child child = spawn("sleep 1000", Leadership.NEW_GROUP)) {
            assertThat(linux.processes().stat(child.pid()).orElseThrow().pgrp()).isEqualTo(child.pid());
            for (int i = 0; i < 2; i++) {
                linux.processes().onExit(child.pidfd(), told::countDown);
            }
            try (Fd early = linux.processes().pidfd(child.pid())) {
                linux.processes().onExit(early, told::countDown);
            }
            child.kill(9);
            assertThat(child.waitFor(Duration.ofDays(999_999))).contains(ExitStatus.signaled(9));
            assertThat(told.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aStatusThatSomebodyElseCollectedIsSaidToBeLost() throws Exception {
        try (Child child = spawn("exit 4", Leadership.SAME_SESSION)) {
            assertThat(linux.descriptors().poll(List.of(child.pidfd()), LONG)).isNotEmpty();
            assertThat(linux.processes().collect(child.pidfd())).contains(ExitStatus.exited(4));
            assertThatThrownBy(() -> child.waitFor(LONG))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining(
                            "wait for process " + child.pid() + ", which somebody else collected: ECHILD");
        }
    }

    @Test
    void aWithdrawnWishIsNotTold() throws Exception {
        var told = new CountDownLatch(1);
        try (Child child = spawn("sleep 1000", Leadership.NEW_SESSION)) {
            linux.processes().onExit(child.pidfd(), told::countDown).close();
            child.kill(9);
            child.waitFor(LONG);
            assertThat(told.getCount()).isOne();
        }
    }

    @Test
    void anOrphanIsAdoptedSeenAndCollected() throws Exception {
        linux.processes().becomeSubreaper();
        String pid = output("sleep 0.05 & echo $!").strip();
        long end = System.nanoTime() + LONG.toNanos();
        while (linux.processes().exitedOrphans().isEmpty() && System.nanoTime() < end) {
            Thread.sleep(2);
        }
        assertThat(linux.processes().exitedOrphans()).containsExactly(Long.parseLong(pid));
        try (Fd pidfd = linux.processes().pidfd(Long.parseLong(pid))) {
            assertThat(linux.processes().collect(pidfd)).contains(ExitStatus.exited(0));
            assertThat(linux.processes().collect(pidfd)).isEmpty();
        }
        assertThat(linux.processes().exitedOrphans()).isEmpty();
    }

    @Test
    void aProcessThatDoesNotExistIsNobody() {
        assertThat(linux.processes().stat(Integer.MAX_VALUE)).isEmpty();
        assertThatThrownBy(() -> linux.processes().pidfd(Integer.MAX_VALUE))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isIn(Errno.ESRCH, Errno.EINVAL));
    }

    private Child spawn(String script, Leadership leadership) throws IOException {
        return linux.processes()
                .spawn(new SpawnRequest(
                        List.of("/bin/sh", "-c", script), List.of(), Path.of("/"), Map.of(), leadership));
    }

    /** What a shell with an environment of {@code COLOUR} only, descriptors 0, 1, 2 and 7, and the folder /proc writes. */
    private String output(String script) throws Exception {
        List<String> variables = List.of("COLOUR=green", "PATH=/usr/bin:/bin");
        try (Pipe pipe = linux.descriptors().pipe();
                Fd none = linux.descriptors().open(Path.of("/dev/null"), Set.of(OpenFlag.RDWR), 0);
                Child child = linux.processes()
                        .spawn(new SpawnRequest(
                                List.of("/bin/sh", "-c", script),
                                variables,
                                Path.of("/proc"),
                                Map.of(0, none, 1, pipe.write(), 2, none, 7, none),
                                Leadership.NEW_SESSION))) {
            assertThat(child.waitFor(LONG)).contains(ExitStatus.exited(0));
            assertThat(linux.descriptors().poll(List.of(pipe.read()), LONG)).containsExactly(pipe.read());
            byte[] buffer = new byte[64 << 10];
            int count = linux.descriptors().read(pipe.read(), buffer, 0, buffer.length);
            return new String(buffer, 0, count, StandardCharsets.UTF_8);
        }
    }
}
