package io.crius.streaming.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** An answer: its status, its headers as whole lines, and its text, which a switch of protocols has none of. */
public record Answer(int status, List<String> headers, String text) {
    public Answer {
        headers = List.copyOf(headers);
    }

    public static Answer of(int status, String text, String... headers) {
        return new Answer(status, List.of(headers), text);
    }

    /** Compat: the words of Go's server. */
    public static Answer notFound() {
        return of(404, "404 page not found");
    }

    public static Answer switching(List<String> headers) {
        return new Answer(101, headers, "");
    }

    public byte[] bytes() {
        var head = new ArrayList<String>();
        head.add("HTTP/1.1 " + status + " " + reason());
        head.addAll(headers);
        String body = "";
        if (status != 101) {
            body = text + "\n";
            head.add("Content-Type: text/plain; charset=utf-8");
            head.add("Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length);
            head.add("Connection: close");
        }
        return (String.join("\r\n", head) + "\r\n\r\n" + body).getBytes(StandardCharsets.UTF_8);
    }

    private String reason() {
        return switch (status) {
            case 101 -> "Switching Protocols";
            case 400 -> "Bad Request";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 503 -> "Service Unavailable";
            default -> "Error";
        };
    }
}
