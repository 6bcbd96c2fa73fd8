package io.crius.acceptance;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * A client of a stream that is a program of its own, busybox' nc, so that it can be killed or cut off. It asks for a WebSocket
 * and then never sends again. Not thread-safe.
 */
final class ClientProcess implements AutoCloseable {
    private final Process process;
    private final String answer;

    private ClientProcess(Process process, String answer) {
        this.process = process;
        this.answer = answer;
    }

    /** Returns when the server has answered; {@code prefix} are the words before those of the program. */
    static ClientProcess open(List<String> prefix, String url) throws IOException {
        URI uri = URI.create(url);
        List<String> words = new ArrayList<>(prefix);
        words.addAll(List.of("busybox", "nc", uri.getHost(), Integer.toString(uri.getPort())));
        Process process = new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            process.getOutputStream().write(WebSocketTunnel.upgrade(uri, "v4.channel.k8s.io"));
            process.getOutputStream().flush();
            return new ClientProcess(process, SpdyPeer.head(process.getInputStream()));
        } catch (IOException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** The head of the server's answer. */
    String answer() {
        return answer;
    }

    /** Reads frames until they have the text in them. */
    void await(String text) throws IOException {
        var read = new StringBuilder();
        while (read.indexOf(text) < 0) {
            int value = process.getInputStream().read();
            if (value < 0) {
                throw new IOException("the stream ended after " + read);
            }
            read.append((char) value);
        }
    }

    /** SIGKILL. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
