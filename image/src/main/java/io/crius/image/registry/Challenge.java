package io.crius.image.registry;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One challenge of a WWW-Authenticate header. Spec: RFC 9110, 11.6.1.
 *
 * @param scheme in lower case
 * @param parameters names in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
    Challenge {
        parameters = Map.copyOf(parameters);
    }

    /** The first challenge of a scheme that can be answered. Compat: one challenge per header. */
    static Optional<Challenge> choose(List<String> headers) {
        return headers.stream()
                .map(Challenge::parse)
                .filter(challenge -> challenge.scheme.equals("basic") || challenge.scheme.equals("bearer"))
                .findFirst();
    }

    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }

    /** Never fails: what cannot be read is left out. */
    static Challenge parse(String header) {
        var scanner = new Scanner(header);
        String scheme = scanner.token().toLowerCase(Locale.ROOT);
        Map<String, String> parameters = new HashMap<>();
        while (scanner.hasMore()) {
            String name = scanner.token().toLowerCase(Locale.ROOT);
            if (scanner.skip('=')) {
                parameters.put(name, scanner.value());
            } else {
                scanner.skipOne();
            }
        }
        return new Challenge(scheme, parameters);
    }

    /** A place in a header. */
    private static final class Scanner {
        private static final String SEPARATORS = " \t,=\"";

        private final String text;
        private int at;

        Scanner(String text) {
            this.text = text;
        }

        boolean hasMore() {
            skipBlanks();
            return at < text.length();
        }

        /** White space and commas between parameters. */
        private void skipBlanks() {
            while (at < text.length() && " \t,".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }

        void skipOne() {
            if (at < text.length()) {
                at++;
            }
        }

        boolean skip(char wanted) {
            boolean there = at < text.length() && text.charAt(at) == wanted;
            at += there ? 1 : 0;
            return there;
        }

        String token() {
            skipBlanks();
            int start = at;
            while (at < text.length() && SEPARATORS.indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(start, at);
        }

        /** A token or a quoted string with its escapes. */
        String value() {
            if (!skip('"')) {
                return token();
            }
            StringBuilder value = new StringBuilder();
            while (at < text.length() && text.charAt(at) != '"') {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                }
                value.append(text.charAt(at++));
            }
            skip('"');
            return value.toString();
        }
    }
}
