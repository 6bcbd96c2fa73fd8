package io.crius.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.linux.FileLocks.LockKind;
import io.crius.linux.FileLocks.LockMode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
final class KernelFileLocksIT {
    @TempDir
    Path folder;

    private final FileLocks locks = Linux.real().locks();

    private Path file() {
        return folder.resolve("file.lock");
    }

    private FileLocks.Held lock(LockMode mode, LockKind kind) throws IOException {
        return locks.lock(file(), mode, kind, Duration.ofMinutes(1)).orElseThrow();
    }

    @Test
    void excludesOtherOpeningsOfTheFile() throws IOException {
        try (var _ = lock(LockMode.EXCLUSIVE, LockKind.OFD)) {
            assertThat(locks.tryLock(file(), LockMode.EXCLUSIVE, LockKind.OFD)).isEmpty();
            assertThat(locks.tryLock(file(), LockMode.SHARED, LockKind.OFD)).isEmpty();
            // The lock kind of the JDK and of Go programs.
            assertThat(locks.tryLock(file(), LockMode.EXCLUSIVE, LockKind.POSIX))
                    .isEmpty();
        }
        try (var first = locks.tryLock(file(), LockMode.SHARED, LockKind.OFD).orElseThrow();
                var second =
                        locks.tryLock(file(), LockMode.SHARED, LockKind.OFD).orElseThrow()) {
            assertThat(first.fd().number()).isNotEqualTo(second.fd().number());
        }
    }

    @Test
    void doesNotLoseALockToAnotherDescriptorThatIsClosed() throws IOException {
        try (var _ = lock(LockMode.EXCLUSIVE, LockKind.OFD)) {
            FileChannel.open(file(), StandardOpenOption.READ).close();

            assertThat(locks.tryLock(file(), LockMode.EXCLUSIVE, LockKind.OFD)).isEmpty();
        }
    }

    @Test
    void waitsUntilTheLockIsFree() throws Exception {
        var first = lock(LockMode.EXCLUSIVE, LockKind.OFD);
        var second = new CompletableFuture<FileLocks.Held>();
        Thread.ofVirtual().start(() -> {
            try {
                second.complete(lock(LockMode.EXCLUSIVE, LockKind.OFD));
            } catch (IOException e) {
                second.completeExceptionally(e);
            }
        });
        assertThat(second.isDone()).isFalse();
        first.close();

        second.get(10, TimeUnit.SECONDS).close();
    }

    @Test
    void holdsNothingAfterAnInterrupt() throws Exception {
        long descriptors = Fd.openCount();
        var first = lock(LockMode.EXCLUSIVE, LockKind.OFD);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> lock(LockMode.EXCLUSIVE, LockKind.OFD)).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
        first.close();

        // The abandoned wait gets the lock now and has to let it go.
        lock(LockMode.EXCLUSIVE, LockKind.OFD).close();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (Fd.openCount() != descriptors && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(Fd.openCount()).isEqualTo(descriptors);
    }

    @Test
    void waitsForAnotherProgramsLock() throws Exception {
        try (var other = LockingProgram.on(file())) {
            assertThat(locks.tryLock(file(), LockMode.EXCLUSIVE, LockKind.OFD)).isEmpty();
            assertThat(locks.tryLock(file(), LockMode.SHARED, LockKind.POSIX)).isEmpty();
            var got = new CompletableFuture<FileLocks.Held>();
            Thread.ofVirtual().start(() -> {
                try {
                    got.complete(lock(LockMode.SHARED, LockKind.OFD));
                } catch (IOException e) {
                    got.completeExceptionally(e);
                }
            });
            assertThat(got.isDone()).isFalse();
            other.close();
            try (var held = got.get(10, TimeUnit.SECONDS)) {
                assertThat(held.fd().number()).isPositive();
            }
        }
    }

    @Test
    void anInterruptEndsTheWaitForAnotherProgram() throws Exception {
        long descriptors = Fd.openCount();
        try (var _ = LockingProgram.on(file())) {
            var ended = new CompletableFuture<Throwable>();
            Thread waiting = Thread.ofVirtual().start(() -> {
                try {
                    lock(LockMode.EXCLUSIVE, LockKind.OFD).close();
                } catch (IOException e) {
                    ended.complete(e);
                }
            });
            waiting.interrupt();
            assertThat(ended.get(10, TimeUnit.SECONDS))
                    .isInstanceOf(InterruptedIOException.class)
                    .hasMessageContaining(file().toString());
        }
        assertThat(Fd.openCount()).isEqualTo(descriptors);
        lock(LockMode.EXCLUSIVE, LockKind.OFD).close();
    }

    @Test
    void namesTheProgramThatHoldsIt() throws Exception {
        try (var other = LockingProgram.on(file())) {
            assertThat(locks.holder(file())).hasValue(other.pid());
        }
        assertThat(locks.holder(file())).isEmpty();
        try (var _ = lock(LockMode.EXCLUSIVE, LockKind.OFD)) {
            assertThat(locks.holder(file())).isEmpty();
        }
    }

    @Test
    void aWaitEndsWithItsTime() throws Exception {
        long descriptors = Fd.openCount();
        try (var _ = LockingProgram.on(file())) {
            assertThat(locks.lock(file(), LockMode.EXCLUSIVE, LockKind.OFD, Duration.ofMillis(20)))
                    .isEmpty();
        }
        try (var _ = lock(LockMode.EXCLUSIVE, LockKind.OFD)) {
            assertThat(locks.lock(file(), LockMode.EXCLUSIVE, LockKind.OFD, Duration.ofMillis(20)))
                    .isEmpty();
        }
        assertThat(Fd.openCount()).isEqualTo(descriptors);
        lock(LockMode.EXCLUSIVE, LockKind.OFD).close();
    }

    @Test
    void oneOfManyHoldsItAtATime() throws Exception {
        var inside = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<Integer>>();
            for (int i = 0; i < 100; i++) {
                LockKind kind = i % 2 == 0 ? LockKind.OFD : LockKind.POSIX;
                all.add(threads.submit(() -> {
                    try (var _ = lock(LockMode.EXCLUSIVE, kind)) {
                        int alone = inside.incrementAndGet();
                        inside.decrementAndGet();
                        return alone;
                    }
                }));
            }
            for (Future<Integer> one : all) {
                assertThat(one.get(20, TimeUnit.SECONDS)).isEqualTo(1);
            }
        }
    }

    @Test
    void closingTwiceLetsGoOnce() throws IOException {
        var first = lock(LockMode.EXCLUSIVE, LockKind.OFD);
        first.close();
        try (var _ = lock(LockMode.EXCLUSIVE, LockKind.OFD)) {
            first.close();
            assertThat(locks.tryLock(file(), LockMode.SHARED, LockKind.OFD)).isEmpty();
        }
    }

    @Test
    void aLinkIsNotLocked() throws IOException {
        Files.createSymbolicLink(file(), folder.resolve("elsewhere"));

        assertThatThrownBy(() -> lock(LockMode.EXCLUSIVE, LockKind.OFD)).hasMessageContaining("ELOOP");
        assertThat(folder.resolve("elsewhere")).doesNotExist();
    }
}
