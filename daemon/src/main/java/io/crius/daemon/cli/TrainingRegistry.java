package io.crius.daemon.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.crius.model.Digest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A registry on loopback that has one image and serves it whatever the tag. Spec: OCI distribution 1.1, pull.
 *
 * <p>One virtual thread for each connection. It closes the connection where TLS is tried, as registries do.
 */
final class TrainingRegistry implements AutoCloseable {
    private static final int TLS_HANDSHAKE = 0x16;
    private static final int LONGEST_REQUEST = 16 << 10;

    private final TrainingImage image;
    private final Map<String, byte[]> blobs;
    private final ServerSocket server;

    private TrainingRegistry(TrainingImage image, ServerSocket server) {
        this.image = image;
        this.blobs = image.blobs().entrySet().stream()
                .collect(Collectors.toMap(blob -> blob.getKey().toString(), Map.Entry::getValue));
        this.server = server;
    }

    static TrainingRegistry start(TrainingImage image) throws IOException {
        var registry = new TrainingRegistry(image, new ServerSocket(0, 0, InetAddress.getLoopbackAddress()));
        Thread.ofVirtual().name("training-registry").start(registry::accept);
        return registry;
    }

    /** Where the image is, without a tag. */
    String repository() {
        return "127.0.0.1:" + server.getLocalPort() + "/crius/training";
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket connection = server.accept();
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException _) {
                // Closed, or a connection that broke before it began: the loop's condition tells which.
            }
        }
    }

    private void serve(Socket connection) {
        try (connection;
                var in = new BufferedInputStream(connection.getInputStream());
                OutputStream out = connection.getOutputStream()) {
            for (String request = request(in); !request.isEmpty(); request = request(in)) {
                String[] words = request.split(" ", 3);
                answer(out, words[0], words[1]);
            }
        } catch (IOException _) {
            // The client went away, or the training is over.
        }
    }

    /** The head of the next request; empty where there is none. */
    private static String request(InputStream in) throws IOException {
        var head = new StringBuilder();
        for (int b = in.read(); b >= 0 && head.length() < LONGEST_REQUEST; b = in.read()) {
            if (head.isEmpty() && b == TLS_HANDSHAKE) {
                return "";
            }
            head.append((char) b);
            if (head.length() >= 4 && head.substring(head.length() - 4).equals("\r\n\r\n")) {
                return head.toString();
            }
        }
        return "";
    }

    private void answer(OutputStream out, String method, String path) throws IOException {
        byte[] blob = blobs.get(path.substring(path.lastIndexOf('/') + 1));
        if (path.contains("/manifests/")) {
            String digest = Digest.sha256Of(image.manifest()).toString();
            String headers = "Content-Type: " + TrainingImage.MANIFEST_TYPE + "\r\nDocker-Content-Digest: " + digest;
            send(out, method, "200 OK", headers, image.manifest());
        } else if (blob != null) {
            send(out, method, "200 OK", "Content-Type: application/octet-stream", blob);
        } else {
            send(
                    out,
                    method,
                    path.equals("/v2/") ? "200 OK" : "404 Not Found",
                    "Content-Type: text/plain",
                    new byte[0]);
        }
    }

    private static void send(OutputStream out, String method, String status, String headers, byte[] body)
            throws IOException {
        String head = "HTTP/1.1 " + status + "\r\nContent-Length: " + body.length + "\r\n" + headers + "\r\n\r\n";
        out.write(head.getBytes(US_ASCII));
        if (!method.equals("HEAD")) {
            out.write(body);
        }
        out.flush();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
