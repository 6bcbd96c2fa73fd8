package io.crius.bench;

import io.crius.acceptance.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program that pulls into a containers/storage of its own and ends: what people run by hand. */
final class ToolPuller implements Puller {
    /** The programs. */
    enum Tool {
        PODMAN("podman pull"),
        SKOPEO("skopeo copy");

        private final String title;

        Tool(String title) {
            this.title = title;
        }
    }

    private final Tool tool;
    private final Path folder;
    private final Results results = new Results();

    private ToolPuller(Tool tool, Path folder) {
        this.tool = tool;
        this.folder = folder;
    }

    static ToolPuller in(Tool tool, Path folder) throws IOException {
        Files.createDirectories(folder.resolve("podman"));
        return new ToolPuller(tool, folder);
    }

    @Override
    public String name() {
        return tool.title;
    }

    @Override
    public Results results() {
        return results;
    }

    @Override
    public void pull(String image) throws Exception {
        switch (tool) {
            case PODMAN -> podman("pull", "-q", "--tls-verify=false", image);
            case SKOPEO ->
                Command.run(
                        "skopeo",
                        "--insecure-policy",
                        "copy",
                        "-q",
                        "--src-tls-verify=false",
                        "docker://" + image,
                        "containers-storage:[overlay@" + root() + "+" + runRoot() + "]" + image);
        }
    }

    @Override
    public void remove(String image) throws Exception {
        podman("rmi", image);
    }

    private void podman(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "podman",
                "--root",
                root().toString(),
                "--runroot",
                runRoot().toString(),
                "--storage-driver",
                "overlay",
                "--cgroup-manager",
                "cgroupfs",
                "--tmpdir",
                folder.resolve("podman").toString()));
        command.addAll(List.of(arguments));
        Command.run(command);
    }

    private Path root() {
        return folder.resolve("root");
    }

    private Path runRoot() {
        return folder.resolve("run");
    }

    /** Kernel: the driver's folder may be mounted onto itself. */
    @Override
    public void close() throws Exception {
        var _ = Command.attempt(
                List.of("umount", "--lazy", root().resolve("overlay").toString()));
        Command.run("rm", "-rf", folder.toString());
    }
}
