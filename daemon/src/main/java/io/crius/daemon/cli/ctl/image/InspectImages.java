package io.crius.daemon.cli.ctl.image;

import io.crius.cri.v1.Image;
import io.crius.cri.v1.ImageSpec;
import io.crius.cri.v1.ImageStatusRequest;
import io.crius.cri.v1.ImageStatusResponse;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Details;
import io.crius.daemon.cli.ctl.session.Format;
import io.crius.daemon.cli.ctl.session.Session;
import io.crius.daemon.cli.ctl.session.Statuses;
import io.crius.daemon.cli.text.Humane;
import io.grpc.Status;

/** {@code inspecti}. */
public final class InspectImages implements CtlCommand {
    private static final int DIGITS = 3;

    @Override
    public Usage usage() {
        return Usage.of(
                "inspecti",
                "IMAGE...",
                "Show the status of images",
                Flag.on("quiet", 'q', "without the details of the runtime"),
                Format.FLAG);
    }

    @Override
    public int run(Given given, Session session) {
        Format format = Format.of(given, Format.JSON);
        return Statuses.show(session, format, given.some("image"), name -> {
            ImageStatusResponse response = session.imageReads()
                    .imageStatus(ImageStatusRequest.newBuilder()
                            .setImage(ImageSpec.newBuilder().setImage(name))
                            .setVerbose(!given.on("quiet"))
                            .build());
            if (!response.hasImage()) {
                throw Status.NOT_FOUND
                        .withDescription("there is no image " + name)
                        .asRuntimeException();
            }
            return new Statuses.Shown(
                    () -> details(response),
                    () -> Statuses.document(session.messages().toJson(response.getImage()), response.getInfoMap()));
        });
    }

    private static String details(ImageStatusResponse response) {
        Image image = response.getImage();
        var details = new Details().line("ID", image.getId());
        image.getRepoTagsList().forEach(tag -> details.line("Tag", tag));
        image.getRepoDigestsList().forEach(digest -> details.line("Digest", digest));
        details.line("Size", Humane.size(image.getSize(), DIGITS));
        response.getInfoMap().forEach((key, value) -> details.line("Info " + key, value));
        return details.toString();
    }
}
