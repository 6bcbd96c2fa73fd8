package io.crius.client;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Asks a CRI socket over HTTP/1, which Crius and CRI-O answer beside gRPC; the JDK's own client knows no unix sockets. A
 * connection for each question. Thread-safe.
 */
public record SocketHttp(Path socket) {
    private static final String END_OF_HEAD = "\r\n\r\n";

    /** What came back. */
    public record Reply(int status, String body) {}

    /**
     * GET of a path, which is encoded here; {@code accept} is the type of content that is preferred. Blocks until the
     * answer is here; an interrupt ends it.
     */
    public Reply get(String path, String accept) throws IOException {
        String encoded = URLEncoder.encode(path, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/");
        String question = "GET " + encoded + " HTTP/1.1\r\nHost: localhost\r\nAccept: " + accept
                + "\r\nConnection: close\r\n\r\n";
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            ByteBuffer bytes = ByteBuffer.wrap(question.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            return parse(new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private Reply parse(String answer) throws IOException {
        int end = answer.indexOf(END_OF_HEAD);
        String[] words = answer.split(" ", 3);
        if (end < 0 || words.length < 3 || !words[0].startsWith("HTTP/1.") || !words[1].matches("\\d{3}")) {
            throw new IOException(
                    socket + " does not answer over HTTP: it belongs to another server, or to an old one");
        }
        return new Reply(Integer.parseInt(words[1]), answer.substring(end + END_OF_HEAD.length()));
    }
}
