package io.crius.runtime.cli;

import java.nio.file.Path;

/** The files that runtimes are executed from. Thread-safe. */
@FunctionalInterface
public interface RuntimePrograms {
    /** As they are installed. */
    RuntimePrograms INSTALLED = program -> program;

    /** What to execute for the installed program; the same program where there is nothing better. Never fails. */
    Path executable(Path program);
}
