package io.crius.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class KernelDescriptorsIT {
    private static final Set<OpenFlag> FOLDER = Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY);
    private static final Set<OpenFlag> READ = Set.of(OpenFlag.RDONLY);
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final Linux linux = Linux.real();
    private final Descriptors descriptors = linux.descriptors();
    private final long open = Fd.openCount();

    @AfterEach
    void leavesNoDescriptorOpen() {
        assertThat(Fd.openCount()).isEqualTo(open);
    }

    @Test
    void whatIsWrittenIsReadWhateverItsLength() throws IOException {
        byte[] content = new byte[300_001];
        new Random(1).nextBytes(content);
        Set<OpenFlag> create = Set.of(OpenFlag.RDWR, OpenFlag.CREAT, OpenFlag.EXCL);
        try (Fd fd = descriptors.open(folder.resolve("file"), create, 0600)) {
            descriptors.writeFully(fd, content, 0, content.length);
            byte[] read = new byte[content.length + 10];
            assertThat(descriptors.pread(fd, read, 0)).isEqualTo(content.length);
            assertThat(Arrays.copyOf(read, content.length)).isEqualTo(content);
            descriptors.pwrite(fd, content, 1);
            assertThat(linux.attributes().stat(fd).size()).isEqualTo(content.length + 1);
            descriptors.truncate(fd, 5);
            assertThat(descriptors.pread(fd, read, 0)).isEqualTo(5);
            assertThat(descriptors.pread(fd, read, 5)).isZero();
        }
    }

    @Test
    void anErrorNamesTheFile() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        try (Fd fd = descriptors.open(file, READ, 0)) {
            assertThatThrownBy(() -> descriptors.write(fd, new byte[1], 0, 1))
                    .hasMessage("write(" + file + "): EBADF (Bad file descriptor)");
        }
        assertThatThrownBy(() -> descriptors.open(folder.resolve("none"), READ, 0))
                .hasMessage("open(" + folder.resolve("none") + "): ENOENT (No such file or directory)");
    }

    @Test
    void aNameWithAZeroIsNotCutThere() throws IOException {
        try (Fd fd = descriptors.open(folder, FOLDER, 0)) {
            assertThatThrownBy(() -> linux.attributes().mkdirAt(fd, "a\0b", 0700))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a?b");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void resolutionKeepsTheRules() throws IOException {
        Files.writeString(folder.resolve("file"), "x");
        Files.createSymbolicLink(folder.resolve("link"), Path.of("file"));
        Files.createDirectory(folder.resolve("inner"));
        try (Fd fd = descriptors.open(folder.resolve("inner"), FOLDER, 0);
                Fd outer = descriptors.open(folder, FOLDER, 0)) {
            refused(Errno.EXDEV, fd, "../file", Resolve.BENEATH);
            refused(Errno.ELOOP, outer, "link", Resolve.NO_SYMLINKS);
            refused(Errno.ELOOP, outer, "/proc/self/fd/" + fd.number(), Resolve.NO_MAGICLINKS);
            refused(Errno.EXDEV, outer, "/proc/self", Resolve.NO_XDEV);
            refused(Errno.ENOENT, fd, "../file", Resolve.IN_ROOT);
            descriptors
                    .open(outer, "link", new OpenHow(READ, 0, Set.of(Resolve.BENEATH)))
                    .close();
        }
    }

    private void refused(Errno errno, Fd from, String path, Resolve rule) {
        assertThatThrownBy(() -> descriptors
                        .open(from, path, new OpenHow(READ, 0777, Set.of(rule)))
                        .close())
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }

    @Test
    void aFifoWithoutAReaderDoesNotMakeTheOpenerWait() throws IOException {
        try (Fd fd = descriptors.open(folder, FOLDER, 0)) {
            linux.attributes().mknodAt(fd, "fifo", FileKind.FIFO, 0600, new DeviceNumber(0, 0));
        }
        Path fifo = folder.resolve("fifo");
        assertThatThrownBy(() -> descriptors.open(fifo, Set.of(OpenFlag.WRONLY, OpenFlag.NONBLOCK), 0))
                .hasMessageContaining("ENXIO");
        try (Fd reader = descriptors.open(fifo, Set.of(OpenFlag.RDONLY, OpenFlag.NONBLOCK), 0);
                Fd writer = descriptors.open(fifo, Set.of(OpenFlag.WRONLY, OpenFlag.NONBLOCK), 0)) {
            assertThatThrownBy(() -> descriptors.read(reader, new byte[1], 0, 1))
                    .hasMessageContaining("EAGAIN");
            descriptors.write(writer, new byte[] {7}, 0, 1);
            assertThat(descriptors.poll(List.of(reader), LONG)).containsExactly(reader);
        }
    }

    @Test
    void pollTellsWhichAreReady() throws Exception {
        try (Pipe first = descriptors.pipe();
                Pipe second = descriptors.pipe()) {
            List<Fd> both = List.of(first.read(), second.read());
            assertThat(descriptors.poll(both, Duration.ZERO)).isEmpty();
            assertThat(descriptors.poll(both, Duration.ofMillis(20))).isEmpty();
            var found = new CompletableFuture<List<Fd>>();
            Thread.ofVirtual().start(() -> {
                try {
                    found.complete(descriptors.poll(both, LONG));
                } catch (IOException e) {
                    found.completeExceptionally(e);
                }
            });
            descriptors.write(second.write(), new byte[] {1}, 0, 1);
            assertThat(found.get(20, TimeUnit.SECONDS)).containsExactly(second.read());
            first.write().close();
            assertThat(descriptors.poll(both, LONG)).containsExactlyElementsOf(both);
        }
    }

    @Test
    void anInterruptEndsAPollAndStays() throws Exception {
        try (Pipe pipe = descriptors.pipe()) {
            var caught = new CompletableFuture<Boolean>();
            Thread poller = Thread.ofVirtual().start(() -> {
                try {
                    descriptors.poll(List.of(pipe.read()), Duration.ofDays(999_999));
                } catch (InterruptedIOException e) {
                    caught.complete(Thread.currentThread().isInterrupted());
                } catch (IOException e) {
                    caught.completeExceptionally(e);
                }
            });
            poller.interrupt();
            assertThat(caught.get(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** No thread of the system waits with them: more wait than there could be threads for calls that block. */
    @Test
    void hundredsWaitAtOnce() throws Exception {
        var pipes = new ArrayList<Pipe>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var found = new ArrayList<Future<List<Fd>>>();
            for (int i = 0; i < 200; i++) {
                Pipe pipe = descriptors.pipe();
                pipes.add(pipe);
                found.add(threads.submit(() -> descriptors.poll(List.of(pipe.read()), LONG)));
            }
            for (Pipe pipe : pipes.reversed()) {
                descriptors.write(pipe.write(), new byte[] {1}, 0, 1);
            }
            for (int i = 0; i < 200; i++) {
                assertThat(found.get(i).get(20, TimeUnit.SECONDS))
                        .containsExactly(pipes.get(i).read());
            }
        } finally {
            pipes.forEach(Pipe::close);
        }
    }

    @Test
    void oneDescriptorMayBeWaitedForTwice() throws Exception {
        try (Pipe pipe = descriptors.pipe();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<List<Fd>> first = threads.submit(() -> descriptors.poll(List.of(pipe.read()), LONG));
            Future<List<Fd>> second = threads.submit(() -> descriptors.poll(List.of(pipe.read()), LONG));
            descriptors.write(pipe.write(), new byte[] {1}, 0, 1);
            assertThat(first.get(20, TimeUnit.SECONDS)).isNotEmpty();
            assertThat(second.get(20, TimeUnit.SECONDS)).isNotEmpty();
        }
    }

    @Test
    void streamsCarryMoreThanAPipeHolds() throws Exception {
        byte[] content = new byte[1_000_000];
        new Random(2).nextBytes(content);
        try (Pipe pipe = descriptors.pipe();
                SocketPair sockets = descriptors.socketPair()) {
            for (List<Fd> ends :
                    List.of(List.of(pipe.write(), pipe.read()), List.of(sockets.first(), sockets.second()))) {
                var written = new CountDownLatch(1);
                Thread.ofVirtual().start(() -> {
                    try (OutputStream output = descriptors.output(ends.getFirst())) {
                        new ByteArrayInputStream(content).transferTo(output);
                        written.countDown();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
                InputStream input = descriptors.input(ends.getLast());
                assertThat(input.readNBytes(content.length)).isEqualTo(content);
                assertThat(written.await(20, TimeUnit.SECONDS)).isTrue();
            }
            pipe.write().close();
            assertThat(descriptors.input(pipe.read()).read()).isEqualTo(-1);
        }
    }

    @Test
    void aFileCanBeStreamed() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "some text");
        try (Fd fd = descriptors.open(file, READ, 0)) {
            assertThat(descriptors.input(fd).readAllBytes())
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo("some text");
        }
        try (Fd fd = descriptors.open(file, Set.of(OpenFlag.WRONLY, OpenFlag.APPEND), 0)) {
            descriptors.output(fd).write(", and more".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(file).hasContent("some text, and more");
    }

    @Test
    void aDatagramIsWhole() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "python3 receives it, as the JDK cannot");
        for (String address : List.of(folder.resolve("notify").toString(), "@crius-test-" + System.nanoTime())) {
            String script = """
                    import socket, sys
                    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                    s.bind(sys.argv[1].replace('@', chr(0), 1)); s.settimeout(20)
                    print('bound', flush=True); print(s.recv(100).decode())
                    """;
            Process receiver = new ProcessBuilder("/usr/bin/python3", "-c", script, address)
                    .redirectErrorStream(true)
                    .start();
            try (var output = receiver.inputReader(StandardCharsets.UTF_8)) {
                assertThat(output.readLine()).isEqualTo("bound");
                descriptors.sendDatagram(Path.of(address), "READY=1".getBytes(StandardCharsets.US_ASCII));
                assertThat(output.readLine()).isEqualTo("READY=1");
            } finally {
                receiver.destroyForcibly();
            }
        }
        assertThatThrownBy(() -> descriptors.sendDatagram(folder.resolve("nobody"), new byte[1]))
                .hasMessageContaining("sendto(" + folder.resolve("nobody") + "): ENOENT");
        assertThatThrownBy(() -> descriptors.sendDatagram(Path.of("/" + "x".repeat(200)), new byte[1]))
                .hasMessageContaining("ENAMETOOLONG");
    }

    @Test
    void aDuplicateOutlivesTheOriginal() throws IOException {
        try (Pipe pipe = descriptors.pipe();
                Fd duplicate = descriptors.duplicate(pipe.write())) {
            pipe.write().close();
            descriptors.write(duplicate, new byte[] {1}, 0, 1);
            assertThat(descriptors.poll(List.of(pipe.read()), LONG)).isNotEmpty();
            assertThatThrownBy(() -> pipe.write().number())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is closed");
        }
    }

    /** The memory of calls is shared out among threads: no thread may see another's names. */
    @Test
    void manyThreadsDoNotDisturbEachOther() throws Exception {
        try (Fd fd = descriptors.open(folder, FOLDER, 0);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<?>>();
            for (int i = 0; i < 64; i++) {
                String name = "thread-" + i;
                all.add(threads.submit(() -> {
                    for (int round = 0; round < 50; round++) {
                        linux.attributes().symlinkAt("to " + name + round, fd, name);
                        assertThat(linux.attributes().readLinkAt(fd, name)).isEqualTo("to " + name + round);
                        linux.attributes().unlinkAt(fd, name, UnlinkFlag.FILE);
                        assertThatThrownBy(() -> linux.attributes().statAt(fd, name))
                                .hasMessageContaining(name + "): ENOENT");
                    }
                    return name;
                }));
            }
            for (Future<?> one : all) {
                one.get(40, TimeUnit.SECONDS);
            }
        }
    }
}
