package io.crius.network.pod;

import io.crius.model.CriusException;
import java.util.List;

/** The DNS settings of a pod, and the resolv.conf(5) text they make. */
public record ResolvConf(List<String> servers, List<String> searches, List<String> options) {
    public static final ResolvConf EMPTY = new ResolvConf(List.of(), List.of(), List.of());

    public ResolvConf {
        servers = checked("nameserver", servers);
        searches = checked("search domain", searches);
        options = checked("option", options);
    }

    /** Whether the pod asks for nothing of its own and therefore gets a copy of the node's resolv.conf. */
    public boolean isEmpty() {
        return servers.isEmpty() && searches.isEmpty() && options.isEmpty();
    }

    /** The file's text: this configuration, or the node's text unchanged where this is empty. */
    public String textOr(String nodeText) {
        return isEmpty() ? nodeText : text();
    }

    /** Compat: CRI-O writes search, then one line per nameserver, then options. */
    private String text() {
        var text = new StringBuilder();
        line(text, "search", searches);
        servers.forEach(server -> line(text, "nameserver", List.of(server)));
        line(text, "options", options);
        return text.toString();
    }

    private static void line(StringBuilder text, String keyword, List<String> values) {
        if (!values.isEmpty()) {
            text.append(keyword).append(' ').append(String.join(" ", values)).append('\n');
        }
    }

    /** Safety: a line break in a value would smuggle further lines into the file. */
    private static List<String> checked(String kind, List<String> values) {
        for (String value : values) {
            if (value.isBlank() || value.chars().anyMatch(c -> c < ' ')) {
                throw new CriusException.InvalidArgument("DNS configuration: invalid " + kind + " \"" + value.strip()
                        + "\": it is blank or has a line break or control character in it");
            }
        }
        return List.copyOf(values);
    }
}
