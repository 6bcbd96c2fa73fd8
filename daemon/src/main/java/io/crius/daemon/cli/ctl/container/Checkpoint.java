package io.crius.daemon.cli.ctl.container;

import io.crius.cri.v1.CheckpointContainerRequest;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Each;
import io.crius.daemon.cli.ctl.session.Session;
import io.crius.model.CriusException;

/** {@code checkpoint}. */
public final class Checkpoint implements CtlCommand {
    @Override
    public Usage usage() {
        return Usage.of(
                "checkpoint",
                "CONTAINER-ID...",
                "Write the state of running containers to a file",
                Flag.text("export", 'e', "the archive to write"));
    }

    @Override
    public int run(Given given, Session session) {
        String archive = given.text("export")
                .orElseThrow(() -> new CriusException.InvalidArgument("--export /path/to/checkpoint.tar is needed"));
        return Each.of(given.some("container id"), session, "checkpointing container", id -> {
            var _ = session.acts()
                    .checkpointContainer(CheckpointContainerRequest.newBuilder()
                            .setContainerId(id)
                            .setLocation(archive)
                            .build());
            session.say(id);
        });
    }
}
