package io.crius.server.edge;

import com.google.protobuf.MessageLite;
import io.grpc.Context;
import org.jspecify.annotations.Nullable;

/** The request of a call, for the log. Written before the call is handled and read by its thread. */
final class Asked {
    /** Set while requests are told in the log. */
    static final Context.Key<Asked> CURRENT = Context.key("request");

    private volatile @Nullable MessageLite message;

    void note(Object request) {
        if (request instanceof MessageLite lite) {
            message = lite;
        }
    }

    /** As the log has it. */
    String text() {
        MessageLite noted = message;
        return noted == null ? "{}" : MessageText.of(noted);
    }
}
