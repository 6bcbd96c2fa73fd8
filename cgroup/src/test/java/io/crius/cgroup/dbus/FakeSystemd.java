package io.crius.cgroup.dbus;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * systemd, or a bus with systemd on it, on a unix socket. Stricter than the real one: it wants the calls in their order,
 * the exact properties of a scope, and signals subscribed to before the job that they tell of.
 */
final class FakeSystemd implements AutoCloseable {
    private static final String MANAGER = "org.freedesktop.systemd1.Manager";
    private static final String JOB = "/org/freedesktop/systemd1/job/77";

    /** What was done, in words. */
    final List<String> done = new CopyOnWriteArrayList<>();

    /** What this did not understand; empty in a good test. */
    final List<String> wrong = new CopyOnWriteArrayList<>();

    private final ServerSocketChannel server;
    private final boolean bus;
    private final Thread thread;

    volatile String jobResult = "done";
    volatile String refusal = "";
    volatile boolean silent;
    private boolean greeted;
    private boolean matched;
    private boolean subscribed;
    private long serial = 1_000;

    FakeSystemd(Path socket, boolean bus) throws IOException {
        this.bus = bus;
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        this.thread = Thread.ofVirtual().start(this::serve);
    }

    private void serve() {
        while (server.isOpen()) {
            try (SocketChannel client = server.accept()) {
                talk(client);
            } catch (AsynchronousCloseException | EOFException _) {
                // The test or the client is at its end.
            } catch (IOException | RuntimeException e) {
                if (server.isOpen()) {
                    wrong.add(e.toString());
                }
            }
        }
    }

    private void talk(SocketChannel client) throws IOException {
        greeted = false;
        matched = false;
        subscribed = false;
        expect("\0AUTH EXTERNAL 30", line(client));
        client.write(ByteBuffer.wrap("OK 0123456789abcdef\r\n".getBytes(StandardCharsets.US_ASCII)));
        expect("BEGIN", line(client));
        while (true) {
            ByteBuffer fixed = read(client, Message.FIXED);
            ByteBuffer rest = read(client, Message.rest(fixed));
            Message call = Message.parse(ByteBuffer.allocate(fixed.remaining() + rest.remaining())
                    .put(fixed)
                    .put(rest)
                    .flip());
            if (!silent) {
                answer(client, call);
            }
        }
    }

    private void expect(String expected, String found) {
        if (!expected.equals(found)) {
            wrong.add("expected " + expected + ", found " + found);
        }
    }

    private void answer(SocketChannel client, Message call) throws IOException {
        String member = call.field(Message.MEMBER);
        switch (member) {
            case "Hello" -> {
                greeted = bus;
                reply(client, call, "s", new WireWriter().string(":1.7").bytes());
            }
            case "AddMatch" -> {
                matched = call.reader().string().contains("member='JobRemoved'");
                reply(client, call, "", new byte[0]);
            }
            case "Subscribe" -> {
                subscribed = true;
                reply(client, call, "", new byte[0]);
            }
            case "StartTransientUnit" -> start(client, call);
            case "StopUnit" -> stop(client, call);
            default -> wrong.add("call of " + member);
        }
    }

    private void start(SocketChannel client, Message call) throws IOException {
        expect(MANAGER, call.field(Message.INTERFACE));
        expect("ssa(sv)a(sa(sv))", call.field(Message.SIGNATURE));
        if (!subscribed || (bus && !(greeted && matched))) {
            wrong.add("a job before its signals were asked for");
        }
        if (!refusal.isEmpty()) {
            refuse(client, call);
            return;
        }
        WireReader body = call.reader();
        String unit = body.string();
        expect("replace", body.string());
        done.add("start " + unit + " " + properties(body));
        // A signal of another job, and this one's own before the answer, as it may happen.
        signal(client, "/org/freedesktop/systemd1/job/76", "other.scope", "failed");
        signal(client, JOB, unit, jobResult);
        reply(client, call, "o", new WireWriter().string(JOB).bytes());
    }

    private static Map<String, String> properties(WireReader body) throws IOException {
        var properties = new java.util.TreeMap<String, String>();
        long length = body.uint32();
        body.align(8);
        int end = body.position() + (int) length;
        while (body.position() < end) {
            String name = body.align(8).string();
            String type = body.signature();
            properties.put(
                    name,
                    switch (type) {
                        case "s" -> body.string();
                        case "au" -> {
                            long bytes = body.uint32();
                            yield bytes + ":" + body.uint32();
                        }
                        case "as" -> {
                            long bytes = body.uint32();
                            String only = body.string();
                            yield bytes == only.length() + 5 ? "[" + only + "]" : "an array of " + bytes + " bytes";
                        }
                        default -> type + body.uint32();
                    });
        }
        if (body.uint32() != 0 || !body.align(8).isAtEnd()) {
            throw new IOException("something follows the properties");
        }
        return properties;
    }

    private void stop(SocketChannel client, Message call) throws IOException {
        if (!refusal.isEmpty()) {
            refuse(client, call);
            return;
        }
        WireReader body = call.reader();
        done.add("stop " + body.string() + " " + body.string());
        reply(client, call, "o", new WireWriter().string(JOB).bytes());
    }

    private void reply(SocketChannel client, Message call, String signature, byte[] body) throws IOException {
        write(client, Message.write(Message.RETURN, ++serial, Map.of(), call.serial(), signature, body));
    }

    private void refuse(SocketChannel client, Message call) throws IOException {
        byte[] body = new WireWriter().string("because").bytes();
        write(
                client,
                Message.write(Message.ERROR, ++serial, Map.of(Message.ERROR_NAME, refusal), call.serial(), "s", body));
    }

    private void signal(SocketChannel client, String job, String unit, String result) throws IOException {
        var fields = new HashMap<Integer, String>();
        fields.put(Message.PATH, "/org/freedesktop/systemd1");
        fields.put(Message.INTERFACE, MANAGER);
        fields.put(Message.MEMBER, "JobRemoved");
        byte[] body = new WireWriter()
                .uint32(77)
                .string(job)
                .string(unit)
                .string(result)
                .bytes();
        write(client, Message.write(Message.SIGNAL, ++serial, fields, 0, "uoss", body));
    }

    /** In two pieces: a reader must not take a piece for the whole. */
    private static void write(SocketChannel client, byte[] bytes) throws IOException {
        ByteBuffer first = ByteBuffer.wrap(bytes, 0, 5);
        ByteBuffer second = ByteBuffer.wrap(bytes, 5, bytes.length - 5);
        while (first.hasRemaining()) {
            client.write(first);
        }
        while (second.hasRemaining()) {
            client.write(second);
        }
    }

    private static String line(SocketChannel client) throws IOException {
        var line = new ByteArrayOutputStream();
        for (byte next = read(client, 1).get();
                next != '\n';
                next = read(client, 1).get()) {
            line.write(next);
        }
        return line.toString(StandardCharsets.US_ASCII).replace("\r", "");
    }

    private static ByteBuffer read(SocketChannel client, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (client.read(buffer) < 0) {
                throw new EOFException();
            }
        }
        return buffer.flip();
    }

    @Override
    public void close() throws IOException {
        server.close();
        thread.interrupt();
    }
}
