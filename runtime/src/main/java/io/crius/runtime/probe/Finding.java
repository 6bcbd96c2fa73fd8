package io.crius.runtime.probe;

import io.crius.runtime.RuntimeHandler;

/** What a probe found out about a handler of the configuration. */
public sealed interface Finding {
    /** The handler's name. */
    String name();

    /** As a part of a sentence, beginning with the handler's name. */
    String sentence();

    /**
     * It works.
     *
     * @param version as it says itself: {@code crun version 1.8.1}
     */
    record Working(RuntimeHandler handler, String version, RuntimeFeatures features) implements Finding {
        @Override
        public String name() {
            return handler.name();
        }

        @Override
        public String sentence() {
            return name() + " (" + handler.path() + ", " + version + ") works";
        }
    }

    /** It is not installed, not of a kind that is supported, or refuses to work here. */
    record Unusable(String name, String reason) implements Finding {
        @Override
        public String sentence() {
            return name + " cannot be used: " + reason;
        }
    }
}
