package io.crius.daemon.cli.ctl.pod;

import io.crius.client.StreamCalls;
import io.crius.client.stream.ForwardedPort;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Failures;
import io.crius.daemon.cli.ctl.session.Session;
import io.crius.daemon.cli.ctl.session.Transport;
import io.crius.model.CriusException;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code port-forward}: until interrupted. A connection that goes wrong is told, and the others go on. */
public final class PortForward implements CtlCommand {
    private static final int BACKLOG = 128;
    private static final int BLOCK = 32 * 1024;
    private static final int MOST = 65_535;
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    @Override
    public Usage usage() {
        return Usage.of(
                "port-forward",
                "POD-ID [LOCAL-PORT:]REMOTE-PORT...",
                "Make ports of a pod reachable on this machine",
                Flag.text("address", "where to listen; 127.0.0.1"),
                Transport.FLAG);
    }

    private record Pair(int local, int remote) {
        static Pair parse(String text) {
            int colon = text.indexOf(':');
            int remote = number(text, text.substring(colon + 1), 1);
            String local = colon < 0 ? text : text.substring(0, colon);
            return new Pair(local.isEmpty() ? 0 : number(text, local, 0), remote);
        }

        private static int number(String pair, String text, int least) {
            try {
                int port = Integer.parseInt(text);
                if (port >= least && port <= MOST) {
                    return port;
                }
            } catch (NumberFormatException _) {
                // Said below.
            }
            throw new CriusException.InvalidArgument("\"" + pair + "\" is not [LOCAL-PORT:]REMOTE-PORT");
        }
    }

    @Override
    public int run(Given given, Session session) throws IOException, InterruptedException {
        List<String> arguments = given.arguments(2, Integer.MAX_VALUE, "a pod id and a port are");
        Transport.check(given);
        String pod = arguments.getFirst();
        List<Pair> pairs =
                arguments.subList(1, arguments.size()).stream().map(Pair::parse).toList();
        InetAddress address = InetAddress.getByName(given.text("address", "127.0.0.1"));
        try (StreamCalls streams = session.client().streams()) {
            List<Thread> listeners = new ArrayList<>();
            for (Pair pair : pairs) {
                var listener = new ServerSocket(pair.local(), BACKLOG, address);
                session.say("Forwarding from " + address.getHostAddress() + ":" + listener.getLocalPort() + " -> "
                        + pair.remote());
                listeners.add(Thread.ofVirtual()
                        .name("listen-" + pair.remote())
                        .start(() -> listen(listener, pod, pair.remote(), streams, session)));
            }
            for (Thread listener : listeners) {
                listener.join();
            }
        }
        return 1;
    }

    private static void listen(ServerSocket listener, String pod, int port, StreamCalls streams, Session session) {
        try (listener) {
            while (true) {
                Socket socket = listener.accept();
                session.say("Handling connection for " + listener.getLocalPort());
                Thread.ofVirtual().name("forward").start(() -> forward(socket, pod, port, streams, session));
            }
        } catch (IOException e) {
            session.warn("port " + port + ": no more connections are taken: " + e);
        }
    }

    private static void forward(Socket socket, String pod, int port, StreamCalls streams, Session session) {
        try (socket;
                ForwardedPort remote = streams.forward(pod, port)) {
            Thread there = Thread.ofVirtual().name("there").start(() -> {
                try (OutputStream out = remote.output()) {
                    copy(socket.getInputStream(), out);
                } catch (IOException _) {
                    // The way back says what is wrong.
                }
            });
            copy(remote.input(), socket.getOutputStream());
            socket.shutdownOutput();
            String error = remote.awaitError(LAST_WORDS);
            if (!error.isEmpty()) {
                session.warn("port " + port + ": " + error);
            } else {
                there.join();
            }
        } catch (IOException e) {
            session.warn("port " + port + ": " + e.getMessage());
        } catch (StatusRuntimeException e) {
            session.warn("port " + port + ": " + Failures.describe(e, session.settings()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void copy(InputStream from, OutputStream to) throws IOException {
        byte[] block = new byte[BLOCK];
        for (int read = from.read(block); read >= 0; read = from.read(block)) {
            to.write(block, 0, read);
            to.flush();
        }
    }
}
