package io.crius.acceptance.target;

import java.nio.file.Path;

/**
 * What a server is configured with.
 *
 * @param folder the server's private folder; short, as sockets are in it
 * @param cniConfiguration the folder of the one conflist
 * @param pauseImage the full name of the image of the sandbox's process
 * @param runtime the OCI runtime: crun or runc
 * @param options further options as TOML, in the words of the server
 */
public record TargetSettings(Path folder, Path cniConfiguration, String pauseImage, Path runtime, String options) {
    /** Where Debian has the CNI plugins. */
    public static final Path CNI_PLUGINS = Path.of("/usr/lib/cni");

    /** Where a server that has this folder keeps what does not outlive a boot. */
    public static Path run(Path folder) {
        return folder.resolve("run");
    }

    /** The same for another runtime. */
    public TargetSettings withRuntime(Path other) {
        return new TargetSettings(folder, cniConfiguration, pauseImage, other, options);
    }

    /** The same in another folder. */
    public TargetSettings withFolder(Path other) {
        return new TargetSettings(other, cniConfiguration, pauseImage, runtime, options);
    }

    /** The same with further options. */
    public TargetSettings withOptions(String more) {
        return new TargetSettings(folder, cniConfiguration, pauseImage, runtime, more);
    }
}
