package io.crius.server.edge;

import io.crius.cri.v1.AttachRequest;
import io.crius.cri.v1.ExecRequest;
import io.crius.model.CriusException;
import io.crius.streaming.session.StreamRequest;
import io.crius.streaming.session.StreamRequest.Kind;
import io.crius.streaming.session.StreamRequest.Standard;
import java.util.EnumSet;

/** Reads which streams a request asks for. Compat: the words of refusals are those of Kubernetes' streaming library. */
final class StreamReader {
    private StreamReader() {}

    static StreamRequest read(ExecRequest request) {
        requireId("container_id", request.getContainerId());
        return streams(request.getStdin(), request.getStdout(), request.getStderr(), request.getTty());
    }

    static StreamRequest read(AttachRequest request) {
        requireId("container_id", request.getContainerId());
        return streams(request.getStdin(), request.getStdout(), request.getStderr(), request.getTty());
    }

    static String requireId(String field, String id) {
        if (id.isEmpty()) {
            throw new CriusException.InvalidArgument("missing required " + field);
        }
        return id;
    }

    private static StreamRequest streams(boolean stdin, boolean stdout, boolean stderr, boolean tty) {
        var wanted = EnumSet.noneOf(Standard.class);
        if (stdin) {
            wanted.add(Standard.STDIN);
        }
        if (stdout) {
            wanted.add(Standard.STDOUT);
        }
        if (stderr) {
            wanted.add(Standard.STDERR);
        }
        return new StreamRequest(wanted, tty ? Kind.TERMINAL : Kind.PIPES);
    }
}
