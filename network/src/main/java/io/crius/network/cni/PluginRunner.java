package io.crius.network.cni;

import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.network.cni.PluginListener.Execution;
import io.crius.network.cni.PluginProcess.End;
import io.crius.network.cni.PluginProcess.Run;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Runs plugin programs and reads what they say (specification 1.1.0, sections 2 and 5). Thread-safe; holds nothing between
 * calls.
 */
final class PluginRunner {
    private static final int BUSY_RETRIES = 50;
    private static final Duration BUSY_PAUSE = Duration.ofMillis(100);

    private final PluginDirectories directories;
    private final PluginProcess process;
    private final PluginListener listener;
    private final Map<String, String> daemonEnvironment;

    PluginRunner(
            PluginDirectories directories,
            PluginProcess process,
            PluginListener listener,
            Map<String, String> daemonEnvironment) {
        this.directories = directories;
        this.process = process;
        this.listener = listener;
        this.daemonEnvironment = Map.copyOf(daemonEnvironment);
    }

    /** Runs the plugin and expects one JSON object of it. */
    JsonObject runForObject(PluginCall call, Deadline deadline) throws PluginFailure, InterruptedException {
        Run run = run(call, deadline);
        try {
            return Json.parseObject(run.output(), "its output");
        } catch (CriusException.InvalidArgument e) {
            throw notJson(call, run, e);
        }
    }

    /** Runs the plugin to its successful end. */
    Run run(PluginCall call, Deadline deadline) throws PluginFailure, InterruptedException {
        Path program = directories
                .find(call.type())
                .orElseThrow(() -> failure(call, "is not in " + directories.described() + ": install it there"));
        Run run = start(call, program, deadline);
        boolean succeeded = run.succeeded();
        listener.executed(new Execution(call.network(), call.type(), call.verb().name(), run.took(), succeeded));
        if (!succeeded) {
            throw failure(call, run);
        }
        return run;
    }

    /** Compat: a program that is just being installed is "text file busy"; libcni waits 5 s for it as well. */
    private Run start(PluginCall call, Path program, Deadline deadline) throws PluginFailure, InterruptedException {
        Map<String, String> environment = call.environment(daemonEnvironment, directories.searchPath());
        byte[] input = Json.writeBytes(call.config());
        for (int attempt = 0; ; attempt++) {
            try {
                return process.run(program, environment, input, deadline);
            } catch (ErrnoException e) {
                if (e.errno() != Errno.ETXTBSY || attempt == BUSY_RETRIES || deadline.isOver()) {
                    throw failure(call, "could not be run: " + e.getMessage());
                }
                Thread.sleep(BUSY_PAUSE);
            } catch (IOException e) {
                throw failure(call, "could not be run: " + e.getMessage());
            }
        }
    }

    private static PluginFailure failure(PluginCall call, String what) {
        return new PluginFailure(PluginFailure.Kind.FAILED, OptionalInt.empty(), name(call) + " " + what);
    }

    private static PluginFailure failure(PluginCall call, Run run) {
        PluginFailure.Kind kind = PluginFailure.Kind.FAILED;
        OptionalInt code = OptionalInt.empty();
        String what = switch (run.end()) {
            case End.TimedOut _ -> {
                kind = PluginFailure.Kind.TIMED_OUT;
                yield "did not end in the time it had, and was killed";
            }
            case End.TooMuchOutput _ ->
                "was killed because it wrote more than " + PluginProcess.OUTPUT_LIMIT + " bytes of output";
            case End.Signalled(int signal) -> "was killed by signal " + signal;
            case End.Exited(int status) -> {
                PluginError error = PluginError.read(run.output(), status);
                kind = error.isTransient() ? PluginFailure.Kind.TRY_AGAIN : kind;
                code = error.code();
                yield error.text();
            }
        };
        return new PluginFailure(
                kind, code, name(call) + " after " + run.took().toMillis() + " ms: " + what + stderr(run));
    }

    private static PluginFailure notJson(PluginCall call, Run run, CriusException.InvalidArgument why) {
        return failure(
                call,
                "succeeded, but there is no result: " + why.getMessage() + ": " + PluginError.excerpt(run.output())
                        + stderr(run));
    }

    private static String name(PluginCall call) {
        return "plugin \"" + call.type() + "\" (" + call.verb() + ")";
    }

    private static String stderr(Run run) {
        return run.errorTail().isBlank()
                ? ""
                : "; its standard error ends with: " + PluginError.excerpt(run.errorTail());
    }
}
