package io.crius.oci.json;

/** Spec: RFC 8259 section 6, {@code [ minus ] int [ frac ] [ exp ]}. */
final class NumberGrammar {
    private final String text;
    private int position;

    private NumberGrammar(String text) {
        this.text = text;
    }

    static boolean matches(String text) {
        return new NumberGrammar(text).number();
    }

    private boolean number() {
        skip("-");
        return whole() && fraction() && exponent() && position == text.length();
    }

    private boolean whole() {
        return skip("0") || digits();
    }

    private boolean fraction() {
        return !skip(".") || digits();
    }

    private boolean exponent() {
        if (!skip("eE")) {
            return true;
        }
        skip("+-");
        return digits();
    }

    private boolean digits() {
        int start = position;
        while (position < text.length() && text.charAt(position) >= '0' && text.charAt(position) <= '9') {
            position++;
        }
        return position > start;
    }

    private boolean skip(String anyOf) {
        boolean found = position < text.length() && anyOf.indexOf(text.charAt(position)) >= 0;
        position += found ? 1 : 0;
        return found;
    }
}
