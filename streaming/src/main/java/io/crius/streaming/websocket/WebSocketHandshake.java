package io.crius.streaming.websocket;

import io.crius.streaming.http.Answer;
import io.crius.streaming.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The server's part of a handshake.
 *
 * @param protocol the sub-protocol that was chosen; empty where the client named none
 */
public record WebSocketHandshake(Answer answer, Optional<String> protocol) {
    /** Spec: RFC 6455, section 1.3. */
    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /** Whether the client asks for a WebSocket rather than for SPDY. */
    public static boolean isAskedFor(RequestHead head) {
        return head.header("upgrade").filter("websocket"::equalsIgnoreCase).isPresent()
                && head.contains("connection", "upgrade");
    }

    /**
     * Chooses the first of the client's protocols that the server knows; the answer is a refusal where that does not work.
     *
     * @param known protocols by name; the empty name is for clients that name none
     */
    public static WebSocketHandshake of(RequestHead head, List<String> known) {
        if (!head.method().equals("GET")) {
            return refused(Answer.of(405, "a WebSocket is asked for by GET", "Allow: GET"));
        }
        if (head.header("sec-websocket-version").filter("13"::equals).isEmpty()) {
            return refused(Answer.of(400, "WebSocket version 13 is wanted", "Sec-WebSocket-Version: 13"));
        }
        Optional<String> key = head.header("sec-websocket-key").filter(text -> !text.isEmpty());
        if (key.isEmpty()) {
            return refused(Answer.of(400, "missing Sec-WebSocket-Key"));
        }
        List<String> offered = head.list("sec-websocket-protocol");
        Optional<String> chosen = offered.stream().filter(known::contains).findFirst();
        if (chosen.isEmpty() && !(offered.isEmpty() && known.contains(""))) {
            return refused(Answer.of(403, "none of the protocols " + offered + " is known; known are " + known));
        }
        var headers = new ArrayList<>(
                List.of("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: " + accept(key.get())));
        chosen.ifPresent(name -> headers.add("Sec-WebSocket-Protocol: " + name));
        return new WebSocketHandshake(Answer.switching(headers), chosen);
    }

    public boolean isRefused() {
        return answer.status() != 101;
    }

    private static WebSocketHandshake refused(Answer answer) {
        return new WebSocketHandshake(answer, Optional.empty());
    }

    private static String accept(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1").digest((key + MAGIC).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK has no SHA-1", e);
        }
    }
}
