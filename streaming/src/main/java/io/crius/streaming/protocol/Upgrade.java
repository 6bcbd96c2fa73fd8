package io.crius.streaming.protocol;

import io.crius.streaming.http.Answer;
import io.crius.streaming.http.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The switch of a connection to SPDY.
 *
 * @param protocol what is spoken on the streams; empty where the client was refused
 */
record Upgrade(Answer answer, Optional<String> protocol) {
    /** Compat: v5 is for WebSockets only. */
    static final List<String> PROCESS =
            List.of("v4.channel.k8s.io", "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io");

    static final List<String> FORWARD = List.of("portforward.k8s.io");

    private static final String VERSION = "X-Stream-Protocol-Version";

    /** Compat: the choice of the protocol comes before the look at the headers of the upgrade. */
    static Upgrade of(RequestHead head, List<String> known) {
        List<String> offered = head.list("x-stream-protocol-version");
        if (offered.isEmpty()) {
            return refused(Answer.of(400, "unable to upgrade: " + VERSION + " header is required"));
        }
        Optional<String> chosen = offered.stream().filter(known::contains).findFirst();
        if (chosen.isEmpty()) {
            var accepted = new ArrayList<String>();
            known.forEach(name -> accepted.add("X-Accepted-Stream-Protocol-Versions: " + name));
            return refused(new Answer(
                    403,
                    accepted,
                    "unable to upgrade: unable to negotiate protocol: client supports " + offered + ", server accepts "
                            + known));
        }
        if (!head.contains("connection", "upgrade") || !head.contains("upgrade", "SPDY/3.1")) {
            return refused(Answer.of(400, "unable to upgrade: missing upgrade headers in request"));
        }
        return new Upgrade(
                Answer.switching(List.of("Connection: Upgrade", "Upgrade: SPDY/3.1", VERSION + ": " + chosen.get())),
                chosen);
    }

    private static Upgrade refused(Answer answer) {
        return new Upgrade(answer, Optional.empty());
    }
}
