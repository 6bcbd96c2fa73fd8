package io.crius.cgroup.dbus;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * A D-Bus connection for one conversation. Not thread-safe.
 *
 * <p>Blocks: at most until the end of its time, on the caller's thread, which is parked.
 */
final class Connection implements AutoCloseable {
    private static final int LONGEST_LINE = 512;

    private final SocketChannel channel;
    private final Selector selector;
    private final long endNanos;
    private long serial;

    private Connection(SocketChannel channel, Selector selector, Duration time) {
        this.channel = channel;
        this.selector = selector;
        this.endNanos = System.nanoTime() + time.toNanos();
    }

    /** Connects and says who this is. {@code time} is that of the whole conversation. */
    static Connection open(Path socket, long uid, Duration time) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        Connection connection;
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.configureBlocking(false);
            Selector selector = Selector.open();
            channel.register(selector, SelectionKey.OP_READ);
            connection = new Connection(channel, selector, time);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        try {
            connection.authenticate(uid);
            return connection;
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }

    /** Spec: D-Bus, "Authentication Protocol": the peer checks the credentials that the kernel tells it. */
    private void authenticate(long uid) throws IOException {
        String id = HexFormat.of().formatHex(Long.toString(uid).getBytes(StandardCharsets.US_ASCII));
        send(("\0AUTH EXTERNAL " + id + "\r\n").getBytes(StandardCharsets.US_ASCII));
        String answer = line();
        if (!answer.startsWith("OK ")) {
            throw new IOException("D-Bus refused user " + uid + ": " + answer);
        }
        send("BEGIN\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private String line() throws IOException {
        var line = new ByteArrayOutputStream();
        while (line.size() < LONGEST_LINE) {
            byte next = receive(1).get();
            if (next == '\n') {
                return line.toString(StandardCharsets.US_ASCII).strip();
            }
            line.write(next);
        }
        throw new IOException("D-Bus answers with a line that does not end");
    }

    /** Calls a method and waits for its answer; signals that come before are given to {@code signals}. */
    Message call(Call call, java.util.function.Consumer<Message> signals) throws IOException {
        long own = ++serial;
        send(Message.write(Message.CALL, own, call.fields(), 0, call.signature(), call.body()));
        while (true) {
            Message message = next();
            if (message.kind() == Message.SIGNAL) {
                signals.accept(message);
            } else if (message.replyTo() == own) {
                if (message.kind() == Message.ERROR) {
                    throw new DbusException(message.field(Message.ERROR_NAME), firstText(message));
                }
                return message;
            }
        }
    }

    private static String firstText(Message message) throws IOException {
        return message.field(Message.SIGNATURE).startsWith("s")
                ? message.reader().string()
                : "";
    }

    /** A method with its arguments. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Call(String destination, String path, String contract, String member, String signature, byte[] body) {
        Map<Integer, String> fields() {
            var fields = new HashMap<Integer, String>();
            fields.put(Message.DESTINATION, destination);
            fields.put(Message.PATH, path);
            fields.put(Message.INTERFACE, contract);
            fields.put(Message.MEMBER, member);
            return fields;
        }
    }

    /** The next message. */
    Message next() throws IOException {
        ByteBuffer fixed = receive(Message.FIXED);
        ByteBuffer rest = receive(Message.rest(fixed));
        return Message.parse(ByteBuffer.allocate(fixed.remaining() + rest.remaining())
                .put(fixed)
                .put(rest)
                .flip());
    }

    private void send(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            if (channel.write(buffer) == 0) {
                await(SelectionKey.OP_WRITE);
            }
        }
    }

    private ByteBuffer receive(int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer);
            if (read < 0) {
                throw new EOFException("D-Bus closed the connection");
            }
            if (read == 0) {
                await(SelectionKey.OP_READ);
            }
        }
        return buffer.flip();
    }

    private void await(int operation) throws IOException {
        long left = Duration.ofNanos(endNanos - System.nanoTime()).toMillis();
        if (left <= 0) {
            throw new SocketTimeoutException("systemd did not answer in time");
        }
        channel.keyFor(selector).interestOps(operation);
        selector.select(left);
        selector.selectedKeys().clear();
        if (Thread.currentThread().isInterrupted()) {
            throw new java.io.InterruptedIOException("interrupted while waiting for systemd");
        }
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }
}
