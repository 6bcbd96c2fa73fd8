package io.crius.runtime.session;

import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.Pipe;
import io.crius.model.CriusException;
import io.crius.runtime.ContainerStreams;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.process.InputPump;
import io.crius.streaming.session.Ending;
import io.crius.streaming.session.ProcessStreams;
import io.crius.streaming.session.StreamRequest.Standard;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** One person attached to one container. One thread, see {@link io.crius.runtime.ContainerSessions#attach}. */
final class Attachment {
    /** Spec: conmon's attach socket: the first byte of a packet is the stream, at most 8192 follow. */
    private static final int STDERR = 3;

    private static final int PACKET = 16 << 10;
    private static final int INPUT_PACKET = 8 << 10;
    private static final int CONNECT_ATTEMPTS = 50;
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(20);

    /** Who was too slow may still be told so. */
    private static final Duration TELLING = Duration.ofSeconds(2);

    private static final Duration FOREVER = Duration.ofDays(3650);

    private final Linux linux;
    private final TerminalControl control;
    private final RuntimeContainer container;
    private final ProcessStreams streams;

    Attachment(Linux linux, RuntimeContainer container, ProcessStreams streams) {
        this.linux = linux;
        this.control = new TerminalControl(linux, container);
        this.container = container;
        this.streams = streams;
    }

    Ending run() throws IOException, InterruptedException {
        try (Fd socket = connect();
                Pipe over = linux.descriptors().pipe();
                Backlog backlog = Backlog.start(streams)) {
            if (isTerminal()) {
                streams.onResize(control::resize);
            }
            if (!streams.request().wants(Standard.STDIN)) {
                return carry(socket, over.read(), backlog);
            }
            var keys = new DetachKeys(streams.stdin());
            try (InputPump _ = InputPump.start(
                    isTerminal() ? keys : streams.stdin(),
                    linux.descriptors().flowingOutput(socket, INPUT_PACKET),
                    () -> inputEnded(socket, keys.detached(), over.write()))) {
                return carry(socket, over.read(), backlog);
            }
        }
    }

    private boolean isTerminal() {
        return container.bundle().streams() == ContainerStreams.TERMINAL;
    }

    /** A monitor accepts one client after the other; where too many come at once, some have to come again. */
    private Fd connect() throws IOException, InterruptedException {
        Path socket = container.folders().bundle().resolve("attach");
        for (int attempt = 1; ; attempt++) {
            try {
                return linux.sockets().connectPackets(socket);
            } catch (ErrnoException e) {
                boolean busy = e.errno() == Errno.EAGAIN && attempt < CONNECT_ATTEMPTS;
                if (!busy) {
                    throw refused(e);
                }
                Thread.sleep(BETWEEN_ATTEMPTS);
            }
        }
    }

    private CriusException refused(ErrnoException e) {
        boolean gone = e.errno() == Errno.ENOENT || e.errno() == Errno.ECONNREFUSED;
        String message = "attach to container " + container.id() + ": ";
        return gone
                ? new CriusException.FailedPrecondition(
                        message + "its monitor is gone, so nobody has its streams any more (" + e.getMessage() + ")", e)
                : new CriusException.Failed(message + e.getMessage(), e);
    }

    /**
     * Compat: the end of the input goes on to the container, where it takes that; the session is over then for a container that
     * keeps its input open, or when the person pressed the keys.
     */
    private void inputEnded(Fd socket, boolean detached, Fd over) throws IOException {
        if (!detached) {
            linux.sockets().endOutput(socket);
        }
        if (detached || container.bundle().streams() == ContainerStreams.INPUT) {
            over.close();
        }
    }

    private Ending carry(Fd socket, Fd over, Backlog backlog) throws IOException, InterruptedException {
        byte[] packet = new byte[PACKET];
        var patience = new Patience();
        boolean open = true;
        while (open) {
            List<Fd> ready = linux.descriptors().poll(List.of(socket, over), FOREVER);
            open = ready.contains(socket) ? forward(socket, packet, backlog, patience) : !ready.contains(over);
        }
        backlog.end();
        return new Ending.Success();
    }

    /** False at the end of the container's output. */
    private boolean forward(Fd socket, byte[] packet, Backlog backlog, Patience patience)
            throws IOException, InterruptedException {
        int count = read(socket, packet);
        if (count <= 0) {
            return false;
        }
        Backlog.Stream stream = packet[0] == STDERR ? Backlog.Stream.STDERR : Backlog.Stream.STDOUT;
        if (!backlog.add(stream, packet, 1, count - 1, patience)) {
            disconnect(socket);
            backlog.giveUp(TELLING);
            throw new CriusException.ResourceExhausted(
                    "container " + container.id() + " was waiting for this client, which " + patience.verdict()
                            + " while as much output was ready for it as is kept, at most "
                            + Backlog.LIMIT + " bytes; it is disconnected");
        }
        return true;
    }

    /** The monitor goes on at once; the person's input, on its own thread, finds the connection ended. */
    private void disconnect(Fd socket) throws IOException {
        try {
            linux.sockets().disconnect(socket);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOTCONN) {
                throw e;
            }
        }
    }

    /** A monitor that dies breaks the connection instead of ending it. */
    private int read(Fd socket, byte[] packet) throws IOException {
        try {
            return linux.descriptors().read(socket, packet, 0, packet.length);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ECONNRESET) {
                return 0;
            }
            throw e;
        }
    }
}
