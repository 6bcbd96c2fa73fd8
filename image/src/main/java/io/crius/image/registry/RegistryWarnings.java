package io.crius.image.registry;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What registries want people to know: the header {@code Warning: 299 - "text"} goes into the log, each text of a registry once.
 * Thread-safe. Spec: distribution-spec, Warnings.
 */
final class RegistryWarnings {
    private static final Logger LOG = System.getLogger(RegistryWarnings.class.getName());
    private static final String START = "299 - \"";

    /** A registry that makes up texts does not fill our memory, nor the log. */
    private static final int MOST = 200;

    private final Set<String> told = ConcurrentHashMap.newKeySet();

    void tell(String host, List<String> headers) {
        for (String header : headers) {
            text(header)
                    .map(text -> "registry " + host + ": " + text)
                    .filter(line -> told.size() < MOST && told.add(line))
                    .ifPresent(line -> LOG.log(Level.WARNING, line));
        }
    }

    /** Compat: everything else that may be in the header is left alone. */
    static Optional<String> text(String header) {
        if (!header.startsWith(START) || !header.endsWith("\"") || header.length() <= START.length()) {
            return Optional.empty();
        }
        var text = new StringBuilder();
        for (int i = START.length(); i < header.length() - 1; i++) {
            char c = header.charAt(i);
            if (c == '\\' && i + 1 < header.length() - 1) {
                i++;
                c = header.charAt(i);
            } else if (c == '"') {
                return Optional.empty();
            }
            // Safety: nothing of a registry begins a line of the log.
            text.append(c < ' ' ? ' ' : c);
        }
        return Optional.of(text.toString());
    }
}
