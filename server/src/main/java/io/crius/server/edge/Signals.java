package io.crius.server.edge;

import io.crius.cri.v1.Signal;

/** The CRI's signal names: as Linux knows them, with RTMIN+n and RTMAX-n spelt out. */
final class Signals {
    private Signals() {}

    /** For example SIGTERM, SIGRTMIN+3. */
    static String toName(Signal signal) {
        return signal.name().replace("PLUS", "+").replace("MINUS", "-");
    }

    /** The wire value for a name; RUNTIME_DEFAULT for a name that the CRI does not have. */
    static Signal fromName(String name) {
        String wire = name.replace("+", "PLUS").replace("-", "MINUS");
        for (Signal signal : Signal.values()) {
            if (signal.name().equals(wire)) {
                return signal;
            }
        }
        return Signal.RUNTIME_DEFAULT;
    }
}
