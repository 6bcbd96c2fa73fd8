package io.crius.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A program that holds a lock as podman does, until it is closed. Not in this process: it would lose the lock to any descriptor of the
 * file that is closed here.
 */
public final class LockingProgram implements AutoCloseable {
    private static final Path PYTHON = Path.of("/usr/bin/python3");
    private static final String SCRIPT = """
            import fcntl, sys
            f = open(sys.argv[1], 'a'); fcntl.lockf(f, fcntl.LOCK_EX)
            print('locked', flush=True); sys.stdin.read()
            """;

    private final Process process;

    private LockingProgram(Process process) {
        this.process = process;
    }

    /** Returns when it has the lock. */
    public static LockingProgram on(Path file) throws IOException {
        assumeTrue(Files.isExecutable(PYTHON), "python3 takes the other lock");
        Process process = new ProcessBuilder(PYTHON.toString(), "-c", SCRIPT, file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(process.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("locked");
        return new LockingProgram(process);
    }

    public long pid() {
        return process.pid();
    }

    /** Lets the lock go. Idempotent. */
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError("not interrupted here", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
