package io.crius.runtime.cli;

import java.nio.file.Path;

/** The files that runtimes are executed from. Thread-safe. */
public interface RuntimePrograms {
    /** As they are installed. */
    RuntimePrograms INSTALLED = new RuntimePrograms() {
        @Override
        public Path executable(Path program) {
            return program;
        }

        @Override
        public Path installed(Path executable) {
            return executable;
        }
    };

    /** What to execute for the installed program; the same program where there is nothing better. Never fails. */
    Path executable(Path program);

    /** The program that something to execute stands for, be it of an earlier daemon. */
    Path installed(Path executable);
}
