package io.crius.linux;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts and logs calls, and lets some of them fail. Thread-safe by its monitor. */
final class FakeCalls {
    private final List<String> log = new ArrayList<>();
    private final Map<String, Errno> always = new LinkedHashMap<>();
    private int failing = -1;
    private Errno errno = Errno.EIO;

    /** A call begins; it must not have changed anything before. */
    synchronized void begin(String call) throws ErrnoException {
        log.add(call);
        if (log.size() == failing) {
            throw new ErrnoException(call, errno);
        }
        for (var rule : always.entrySet()) {
            if (call.startsWith(rule.getKey())) {
                throw new ErrnoException(call, rule.getValue());
            }
        }
    }

    synchronized void failAt(int n, Errno with) {
        failing = log.size() + n;
        errno = with;
    }

    synchronized void failAlways(String beginning, Errno with) {
        always.put(beginning, with);
    }

    synchronized void failNothing() {
        failing = -1;
        always.clear();
    }

    synchronized void forget() {
        failing = failing > log.size() ? failing - log.size() : -1;
        log.clear();
    }

    synchronized List<String> log() {
        return List.copyOf(log);
    }
}
