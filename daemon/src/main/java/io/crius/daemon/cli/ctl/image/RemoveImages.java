package io.crius.daemon.cli.ctl.image;

import io.crius.cri.v1.Image;
import io.crius.cri.v1.ImageSpec;
import io.crius.cri.v1.ImageStatusRequest;
import io.crius.cri.v1.ListContainersRequest;
import io.crius.cri.v1.ListImagesRequest;
import io.crius.cri.v1.RemoveImageRequest;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Each;
import io.crius.daemon.cli.ctl.session.Session;
import io.grpc.Status;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code rmi}. */
public final class RemoveImages implements CtlCommand {
    @Override
    public Usage usage() {
        return Usage.of(
                "rmi",
                "IMAGE...",
                "Remove images",
                Flag.on("all", 'a', "all images"),
                Flag.on("prune", 'q', "all images that no container uses and that are not pinned"));
    }

    @Override
    public int run(Given given, Session session) {
        List<String> ids = ids(given, session);
        if (ids.isEmpty()) {
            session.say("No images to remove");
        }
        return Each.of(ids, session, "removing image", id -> {
            Image image = status(session, id);
            if (image.getId().isEmpty()) {
                throw Status.NOT_FOUND.withDescription("there is no such image").asRuntimeException();
            }
            var _ = session.imageActs(java.time.Duration.ofMinutes(4))
                    .removeImage(
                            RemoveImageRequest.newBuilder().setImage(spec(id)).build());
            List<String> names = image.getRepoTagsCount() > 0 ? image.getRepoTagsList() : image.getRepoDigestsList();
            names.forEach(name -> session.say("Deleted: " + name));
        });
    }

    private static List<String> ids(Given given, Session session) {
        if (!given.on("all") && !given.on("prune")) {
            return given.some("image");
        }
        given.none();
        List<Image> all = session.imageReads()
                .listImages(ListImagesRequest.getDefaultInstance())
                .getImagesList();
        Set<String> used = given.on("prune") ? used(session) : Set.of();
        return all.stream()
                .filter(image -> !given.on("prune") || (!image.getPinned() && !used.contains(image.getId())))
                .map(Image::getId)
                .toList();
    }

    private static Set<String> used(Session session) {
        return session.reads().listContainers(ListContainersRequest.getDefaultInstance()).getContainersList().stream()
                .map(container ->
                        container.getImageId().isEmpty() ? container.getImage().getImage() : container.getImageId())
                .distinct()
                .map(name -> status(session, name).getId())
                .collect(Collectors.toSet());
    }

    private static Image status(Session session, String name) {
        return session.imageReads()
                .imageStatus(
                        ImageStatusRequest.newBuilder().setImage(spec(name)).build())
                .getImage();
    }

    private static ImageSpec spec(String name) {
        return ImageSpec.newBuilder().setImage(name).build();
    }
}
