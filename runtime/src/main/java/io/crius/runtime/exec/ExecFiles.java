package io.crius.runtime.exec;

import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonObject;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.process.PidFile;
import io.crius.streaming.session.StreamRequest.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;

/** The files of one command; closing removes them. */
final class ExecFiles implements AutoCloseable {
    static final String PREFIX = "exec-";
    static final String PID_SUFFIX = ".pid";

    /** Spec: runtime-spec, {@code process}. */
    private static final String AFFINITY = "execCPUAffinity";

    private final Path process;
    private final Path pid;
    private final Path terminal;

    private ExecFiles(Path process, Path pid, Path terminal) {
        this.process = process;
        this.pid = pid;
        this.terminal = terminal;
    }

    /** Names for a new command's; there are none yet. */
    static ExecFiles named(RuntimeContainer container) {
        Path bundle = container.folders().bundle();
        String name =
                PREFIX + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        return new ExecFiles(
                bundle.resolve(name + ".json"), bundle.resolve(name + PID_SUFFIX), bundle.resolve(name + ".tty"));
    }

    /** With the process to start written. */
    static ExecFiles write(RuntimeContainer container, List<String> command, Kind kind) throws IOException {
        byte[] process = describe(container, command, kind);
        ExecFiles files = named(container);
        Files.write(files.process, process);
        return files;
    }

    /**
     * The process to start, as runtimes read it: the container's own, with another command, and a terminal or none.
     *
     * @throws CriusException.FailedPrecondition where the container has no bundle any more
     */
    static byte[] describe(RuntimeContainer container, List<String> command, Kind kind) throws IOException {
        Path bundle = container.folders().bundle();
        Path config = bundle.resolve("config.json");
        try {
            JsonObject own = Json.parseObject(Files.readAllBytes(config), config.toString())
                    .requireObject("process", config.toString());
            return Json.writeBytes(process(pinned(own, container), command, kind));
        } catch (NoSuchFileException e) {
            throw new CriusException.FailedPrecondition(
                    "exec in container " + container.id() + ": its bundle " + bundle + " is gone", e);
        }
    }

    /** Which CPU a command runs on changes with the container's; the copy of its spec has that. */
    private static JsonObject pinned(JsonObject own, RuntimeContainer container) throws IOException {
        Path copy = container.folders().persistent().resolve("config.json");
        if (!own.has(AFFINITY) || !Files.exists(copy)) {
            return own;
        }
        JsonObject now = Json.parseObject(Files.readAllBytes(copy), copy.toString());
        return now.object("process")
                .flatMap(process -> process.object(AFFINITY))
                .map(affinity -> own.toBuilder().put(AFFINITY, affinity).build())
                .orElse(own);
    }

    private static JsonObject process(JsonObject own, List<String> command, Kind kind) {
        JsonObject.Builder process = own.toBuilder()
                .put("args", JsonArray.ofStrings(command))
                .put("terminal", kind == Kind.TERMINAL)
                .remove("consoleSize");
        List<String> environment = own.strings("env");
        if (kind == Kind.TERMINAL && environment.stream().noneMatch(variable -> variable.startsWith("TERM="))) {
            var more = new ArrayList<>(environment);
            more.add("TERM=xterm");
            process.put("env", JsonArray.ofStrings(more));
        }
        return process.build();
    }

    Path process() {
        return process;
    }

    Path pid() {
        return pid;
    }

    /** Where the command's terminal is received. */
    Path terminal() {
        return terminal;
    }

    /** The command's process; empty when it was not started. */
    OptionalLong startedPid() {
        return PidFile.read(pid);
    }

    @Override
    public void close() {
        for (Path file : List.of(process, pid, terminal)) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                System.getLogger(ExecFiles.class.getName())
                        .log(System.Logger.Level.WARNING, "left behind: " + file + ": " + e.getMessage());
            }
        }
    }
}
