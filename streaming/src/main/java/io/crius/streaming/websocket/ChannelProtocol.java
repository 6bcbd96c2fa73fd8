package io.crius.streaming.websocket;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The ways in which Kubernetes puts channels into messages. */
public enum ChannelProtocol {
    /** Of a client that names no protocol. */
    UNNAMED("", Coding.BINARY, Status.TEXT, Closing.NEVER),
    V1("channel.k8s.io", Coding.BINARY, Status.TEXT, Closing.NEVER),
    V1_BASE64("base64.channel.k8s.io", Coding.BASE64, Status.TEXT, Closing.NEVER),
    V4("v4.channel.k8s.io", Coding.BINARY, Status.JSON, Closing.NEVER),
    V4_BASE64("v4.base64.channel.k8s.io", Coding.BASE64, Status.JSON, Closing.NEVER),
    /** Not served by CRI-O; as v4, and a channel can be closed alone. */
    V5("v5.channel.k8s.io", Coding.BINARY, Status.JSON, Closing.SIGNALLED);

    /** How a message names its channel and carries its bytes. */
    public enum Coding {
        /** A byte, then the bytes. */
        BINARY,
        /** A digit, then base64. */
        BASE64
    }

    /** What the end of a command looks like on the error channel. */
    public enum Status {
        TEXT,
        JSON
    }

    /** Whether the end of one channel can be told. */
    public enum Closing {
        NEVER,
        SIGNALLED
    }

    private final String word;
    private final Coding coding;
    private final Status status;
    private final Closing closing;

    ChannelProtocol(String word, Coding coding, Status status, Closing closing) {
        this.word = word;
        this.coding = coding;
        this.status = status;
        this.closing = closing;
    }

    /** As it stands in the handshake. */
    public String word() {
        return word;
    }

    public Coding coding() {
        return coding;
    }

    public Status status() {
        return status;
    }

    public Closing closing() {
        return closing;
    }

    public static List<String> words() {
        return Arrays.stream(values()).map(ChannelProtocol::word).toList();
    }

    public static ChannelProtocol of(Optional<String> chosen) {
        String word = chosen.orElse("");
        return Arrays.stream(values())
                .filter(protocol -> protocol.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no channel protocol " + word));
    }
}
