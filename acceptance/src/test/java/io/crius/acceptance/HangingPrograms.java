package io.crius.acceptance;

import io.crius.acceptance.process.Command;
import io.crius.acceptance.target.TargetSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An OCI runtime, a monitor and a network plugin that hang at certain words for as long as they are told to, the plugin for pods
 * whose names begin with "hanging", and are what they seem to be otherwise. Gone after the class; register it before the node, whose removal still needs them.
 */
final class HangingPrograms implements AfterAllCallback {
    private final Path place;

    HangingPrograms() {
        try {
            place = Files.createTempDirectory("crius-hang");
            wrapper(place.resolve("crun"), Path.of("/usr/bin/crun"));
            wrapper(place.resolve("conmon"), Path.of("/usr/bin/conmon"));
            Files.createDirectory(place.resolve("cni"));
            wrapper(place.resolve("cni/bridge"), TargetSettings.CNI_PLUGINS.resolve("bridge"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The tables of crio.conf that name them; handlers are {@code hanging-runtime} and {@code hanging-monitor}. */
    String options() {
        return """
                [crio.runtime.runtimes.hanging-runtime]
                runtime_path = "%1$s/crun"
                runtime_root = "%1$s/hanging-runtime"
                [crio.runtime.runtimes.hanging-monitor]
                runtime_path = "/usr/bin/crun"
                runtime_root = "%1$s/hanging-monitor"
                monitor_path = "%1$s/conmon"
                [crio.network]
                plugin_dirs = ["%1$s/cni", "%2$s"]
                """.formatted(place, TargetSettings.CNI_PLUGINS);
    }

    /** Hangs while there is a file hang-WORD for one of its words, then becomes the program; a plugin for some pods only. */
    private void wrapper(Path script, Path program) throws IOException {
        Files.writeString(script, """
                #!/bin/sh
                case "$CNI_ARGS" in ""|*K8S_POD_NAME=hanging*) ;; *) exec %3$s "$@" ;; esac
                for word in "$@" "$CNI_COMMAND" %1$s; do
                    case "$word" in
                        create|start|delete|ADD|DEL|conmon) while [ -e %2$s/hang-$word ]; do sleep 0.1; done ;;
                    esac
                done
                exec %3$s "$@"
                """.formatted(script.getFileName(), place, program));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Whoever has the word among its own hangs from now on. */
    void hang(String word) throws IOException {
        Files.createFile(place.resolve("hang-" + word));
    }

    void release(String word) throws IOException {
        Files.delete(place.resolve("hang-" + word));
    }

    void releaseAll() throws IOException {
        try (var files = Files.newDirectoryStream(place, "hang-*")) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException, InterruptedException {
        Command.run("rm", "-rf", place.toString());
    }
}
