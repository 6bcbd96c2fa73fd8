package io.crius.storage.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.linux.Linux;
import io.crius.linux.LockingProgram;
import io.crius.model.Timeline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
final class StoreLockTest {
    @TempDir
    Path folder;

    private final Linux linux = Linux.real();

    private Path file() {
        return folder.resolve("layers.lock");
    }

    @Test
    void leavesATokenOfSixtyFourBytesThatEachWriterChanges() throws IOException {
        var lock = new StoreLock(file(), linux);
        Token none;
        Token first;
        try (StoreLock.Held held = lock.acquire()) {
            none = held.token();
            first = held.renew();
            assertThat(held.token()).isEqualTo(first).isNotEqualTo(none);
        }
        ByteBuffer token = ByteBuffer.wrap(Files.readAllBytes(file())).order(ByteOrder.LITTLE_ENDIAN);

        assertThat(token.remaining()).isEqualTo(64);
        assertThat(token.getLong(0) / 1_000_000_000L).isBetween(1_700_000_000L, 5_000_000_000L);
        assertThat(token.getLong(8)).isEqualTo(1);
        assertThat(token.getInt(16)).isEqualTo((int) ProcessHandle.current().pid());
        try (StoreLock.Held held = new StoreLock(file(), linux).acquire()) {
            assertThat(held.token()).isEqualTo(first);
            assertThat(held.renew()).isNotEqualTo(first);
        }
    }

    @Test
    void whoKeepsItForTooLongIsNamed() throws Exception {
        var timeline = new Timeline();
        var lock = new StoreLock(file(), linux, Duration.ofMillis(50));
        long holder;
        try (var other = LockingProgram.on(file())) {
            holder = other.pid();
            assertThatThrownBy(
                            () -> ScopedValue.where(Timeline.CURRENT, timeline).call(() -> lock.acquire()))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(
                            "the lock " + file() + " of the store was held by process " + holder + " (/")
                    .hasMessageContaining(" for 0 s; it has to end or to let the lock go");
        }
        assertThat(timeline.entries())
                .singleElement()
                .satisfies(step -> assertThat(step.process()).isEqualTo(holder));
        try (StoreLock.Held _ = lock.acquire()) {
            assertThatThrownBy(lock::acquire).hasMessageContaining("held by other work of this daemon for");
        }
        lock.acquire().close();
    }

    @Test
    void waitsForTheLocksThatOtherToolsTake() throws Exception {
        var acquired = new CompletableFuture<StoreLock.Held>();
        var done = new CompletableFuture<Void>();
        try (var other = LockingProgram.on(file())) {
            Thread.ofVirtual().start(() -> {
                try (StoreLock.Held held = new StoreLock(file(), linux).acquire()) {
                    acquired.complete(held);
                } catch (IOException e) {
                    acquired.completeExceptionally(e);
                }
                done.complete(null);
            });
            assertThat(acquired.isDone()).isFalse();
            other.close();
            acquired.get(10, TimeUnit.SECONDS);
            done.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void excludesTwoOwnersInOneProcess() throws Exception {
        var lock = new StoreLock(file(), linux);
        var second = new CompletableFuture<Boolean>();
        try (StoreLock.Held _ = lock.acquire()) {
            Thread waiter = Thread.ofVirtual().start(() -> {
                try (StoreLock.Held _ = lock.acquire()) {
                    second.complete(true);
                } catch (IOException e) {
                    second.completeExceptionally(e);
                }
            });
            waiter.interrupt();
            waiter.join();
        }
        assertThatThrownBy(() -> second.get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(InterruptedIOException.class)
                .hasMessageContaining("interrupted while waiting for " + file());
        lock.acquire().close();
    }

    @Test
    void namesTheFileItCannotOpen() {
        var lock = new StoreLock(folder.resolve("missing/layers.lock"), linux);

        assertThatThrownBy(lock::acquire)
                .hasMessageContaining("missing/layers.lock")
                .hasMessageContaining("ENOENT");
    }
}
