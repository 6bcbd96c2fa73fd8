package io.crius.config;

import java.nio.file.Path;

/** Where a value comes from. The text of each is what a message shows to the user. */
public sealed interface Origin {
    Origin DEFAULT = new BuiltIn();

    record BuiltIn() implements Origin {
        @Override
        public String toString() {
            return "built-in default";
        }
    }

    /** A place in a file; line and column count from 1. */
    record InFile(Path file, int line, int column) implements Origin {
        @Override
        public String toString() {
            return file + ":" + line + ":" + column;
        }
    }

    record Environment(String variable) implements Origin {
        @Override
        public String toString() {
            return "environment variable " + variable;
        }
    }

    record CommandLine(String flag) implements Origin {
        @Override
        public String toString() {
            return "command line " + flag;
        }
    }
}
