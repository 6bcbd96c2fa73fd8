package io.crius.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.linux.SpawnRequest.Leadership;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FakeLinuxTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private final FakeLinux kernel = new FakeLinux();
    private final Linux linux = kernel.linux();

    @Test
    void theCallThatIsToFailFailsOnceAndChangesNothing() throws IOException {
        kernel.failAt(2, Errno.ENOSPC);
        linux.mounts().mount("tmpfs", made("a"), "tmpfs", Set.of(), "");

        assertThatThrownBy(() -> linux.mounts().mount("tmpfs", made("b"), "tmpfs", Set.of(), ""))
                .isInstanceOf(ErrnoException.class)
                .hasMessage("mount(tmpfs, " + folder.resolve("b") + "): ENOSPC (No space left on device)");
        linux.mounts().mount("tmpfs", made("c"), "tmpfs", Set.of(), "");
        assertThat(kernel.leftovers())
                .containsExactly("mount tmpfs on " + folder.resolve("a"), "mount tmpfs on " + folder.resolve("c"));
        assertThatThrownBy(kernel::assertNothingLeft)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("left behind: [mount tmpfs on");
    }

    @Test
    void aCallThatFailsAlwaysDoesSoUntilItIsToldNotTo() throws IOException {
        linux.mounts().mount("tmpfs", made("a"), "tmpfs", Set.of(), "");
        kernel.failAlways("umount2", Errno.EBUSY);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> linux.mounts().unmount(folder.resolve("a"), Set.of()))
                    .hasMessageContaining("EBUSY");
        }
        kernel.failNothing();
        linux.mounts().unmount(folder.resolve("a"), Set.of());
        kernel.assertNothingLeft();
    }

    @Test
    void pinnedNamespacesAreKnownUntilUnpinned() throws IOException {
        Path pin = folder.resolve("net");
        linux.namespaces()
                .pin(new PinRequest(
                        Map.of(NamespaceKind.NETWORK, pin), Map.of("net.ipv4.ip_forward", "1"), Optional.empty()));

        assertThat(linux.features().statFs(pin).type()).isEqualTo(StatFs.NSFS);
        assertThat(linux.namespaces().<String>inNetwork(pin, () -> "inside")).isEqualTo("inside");
        assertThat(kernel.namespaces().pinned(pin).orElseThrow().sysctls()).containsEntry("net.ipv4.ip_forward", "1");
        linux.namespaces().unpin(pin);
        linux.namespaces().unpin(pin);
        assertThat(pin).doesNotExist();
        assertThatThrownBy(() -> linux.namespaces().inNetwork(pin, () -> "inside"))
                .hasMessageContaining("ENOENT");
        kernel.assertNothingLeft();
    }

    @Test
    void aProgramHasTheDescriptorsThatItWasGiven() throws Exception {
        kernel.processes().program("/bin/hello", process -> {
            byte[] text = "hello".getBytes(StandardCharsets.US_ASCII);
            linux.descriptors().write(process.descriptor(1), text, 0, text.length);
            process.exit(3);
        });
        try (Pipe pipe = linux.descriptors().pipe();
                Child child = linux.processes().spawn(request("/bin/hello", Map.of(1, pipe.write())))) {
            assertThat(child.waitFor(LONG)).contains(ExitStatus.exited(3));
            byte[] buffer = new byte[10];
            assertThat(linux.descriptors().read(pipe.read(), buffer, 0, 10)).isEqualTo(5);
        }
        kernel.assertNothingLeft();
    }

    @Test
    void aProgramThatIsUnknownIsNotThere() {
        assertThatThrownBy(() -> linux.processes().spawn(request("/bin/nothing", Map.of())))
                .hasMessageContaining("posix_spawn(/bin/nothing): ENOENT");
    }

    @Test
    void signalsEndOrAreHandled() throws Exception {
        var ready = new CountDownLatch(1);
        kernel.processes().program("/bin/stubborn", process -> {
            process.onSignal(_ -> {});
            ready.countDown();
        });
        try (Child child = linux.processes().spawn(request("/bin/stubborn", Map.of()))) {
            assertThat(ready.await(10, TimeUnit.SECONDS)).isTrue();
            child.kill(15);
            assertThat(child.waitFor(Duration.ofMillis(1))).isEmpty();
            assertThat(kernel.leftovers()).singleElement().asString().contains("[/bin/stubborn]");
            linux.processes().kill(-child.pid(), 9);
            assertThat(child.waitFor(LONG)).contains(ExitStatus.signaled(9));
            assertThatThrownBy(() -> linux.processes().kill(child.pid(), 9)).hasMessageContaining("ESRCH");
        }
        kernel.assertNothingLeft();
    }

    @Test
    void childrenOfTheDeadAreAdopted() throws Exception {
        linux.processes().becomeSubreaper();
        kernel.processes().program("/bin/parent", process -> {
            kernel.processes().fork(process, request("/bin/orphan", Map.of())).exit(7);
            process.exit(0);
        });
        try (Child child = linux.processes().spawn(request("/bin/parent", Map.of()))) {
            assertThat(child.waitFor(LONG)).contains(ExitStatus.exited(0));
        }
        long orphan = linux.processes().exitedOrphans().iterator().next();
        try (Fd pidfd = linux.processes().pidfd(orphan)) {
            var told = new CountDownLatch(1);
            linux.processes().onExit(pidfd, told::countDown);
            assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(linux.processes().collect(pidfd)).contains(ExitStatus.exited(7));
        }
        assertThat(linux.processes().exitedOrphans()).isEmpty();
        kernel.assertNothingLeft();
    }

    private static SpawnRequest request(String program, Map<Integer, Fd> descriptors) {
        return new SpawnRequest(List.of(program), List.of(), Path.of("/"), descriptors, Leadership.NEW_SESSION);
    }

    private Path made(String name) throws IOException {
        return Files.createDirectory(folder.resolve(name));
    }
}
