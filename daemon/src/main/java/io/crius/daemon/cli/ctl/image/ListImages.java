package io.crius.daemon.cli.ctl.image;

import io.crius.cri.v1.Image;
import io.crius.cri.v1.ImageFilter;
import io.crius.cri.v1.ImageSpec;
import io.crius.cri.v1.ListImagesRequest;
import io.crius.cri.v1.ListImagesResponse;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Details;
import io.crius.daemon.cli.ctl.session.Format;
import io.crius.daemon.cli.ctl.session.Session;
import io.crius.daemon.cli.text.Humane;
import io.crius.daemon.cli.text.Table;
import io.crius.model.CriusException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** {@code images}. */
public final class ListImages implements CtlCommand {
    private static final int DIGITS = 3;
    private static final String NONE = "<none>";

    @Override
    public Usage usage() {
        return Usage.of(
                "images",
                "[NAME[:TAG]]",
                "List images",
                Flag.text("filter", 'f', "dangling=true|false or reference=REGULAR-EXPRESSION; may come often"),
                Flag.on("digests", "also digests"),
                Flag.on("pinned", "also whether images are pinned"),
                Flag.on("quiet", 'q', "only ids"),
                Flag.on("no-trunc", "whole ids"),
                Flag.on("verbose", 'v', "all that is known of each image"),
                Format.FLAG);
    }

    @Override
    public int run(Given given, Session session) {
        Format format = Format.of(given, Format.TABLE);
        List<Image> images = list(given, session);
        if (format != Format.TABLE) {
            session.print(ListImagesResponse.newBuilder().addAllImages(images).build(), format);
        } else if (given.on("quiet")) {
            images.forEach(image -> session.say(image.getId()));
        } else if (given.on("verbose")) {
            images.forEach(image -> session.say(details(image)));
        } else {
            session.streams().out().print(table(images, given));
        }
        return 0;
    }

    private static List<Image> list(Given given, Session session) {
        List<String> names = given.arguments(0, 1, "at most one name of an image is");
        ListImagesRequest.Builder request = ListImagesRequest.newBuilder();
        if (!names.isEmpty()) {
            request.setFilter(
                    ImageFilter.newBuilder().setImage(ImageSpec.newBuilder().setImage(names.getFirst())));
        }
        Predicate<Image> filter =
                given.texts("filter").stream().map(ListImages::filter).reduce(_ -> true, Predicate::and);
        return session.imageReads().listImages(request.build()).getImagesList().stream()
                .filter(filter)
                .sorted(Comparator.comparing(ListImages::sortKey))
                .toList();
    }

    private static String sortKey(Image image) {
        if (image.getRepoTagsCount() > 0) {
            return image.getRepoTags(0);
        }
        return image.getRepoDigestsCount() > 0 ? image.getRepoDigests(0) : image.getId();
    }

    private static Predicate<Image> filter(String filter) {
        if (filter.startsWith("dangling=")) {
            boolean wanted = filter.endsWith("=true");
            return image -> (image.getRepoTagsCount() == 0) == wanted;
        }
        if (filter.startsWith("reference=")) {
            Pattern pattern = pattern(filter.substring("reference=".length()));
            return image -> image.getRepoTagsList().stream()
                    .anyMatch(tag -> pattern.matcher(tag).find());
        }
        throw new CriusException.InvalidArgument(
                "--filter: \"" + filter
                        + "\" is neither dangling=true|false nor reference=REGULAR-EXPRESSION; the CRI does not tell ages of images");
    }

    private static Pattern pattern(String text) {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new CriusException.InvalidArgument(
                    "--filter: \"" + text + "\" is no regular expression: " + e.getDescription(), e);
        }
    }

    private static String table(List<Image> images, Given given) {
        boolean digests = given.on("digests");
        boolean pinned = given.on("pinned");
        var table = new Table(columns("IMAGE", "TAG", digests, "DIGEST", "IMAGE ID", "SIZE", pinned, "PINNED"));
        for (Image image : images) {
            String id = given.on("no-trunc") ? image.getId() : Humane.shortId(image.getId());
            String size = Humane.size(image.getSize(), DIGITS);
            for (Name name : names(image)) {
                String digest = given.on("no-trunc") ? name.digest() : Humane.shortId(name.digest());
                table.add(columns(
                        name.repository(), name.tag(), digests, digest, id, size, pinned, "" + image.getPinned()));
            }
        }
        return table.toString();
    }

    /** Strings stay, a string behind false goes. */
    private static List<String> columns(Object... parts) {
        List<String> cells = new ArrayList<>();
        for (int i = 0; i < parts.length; i++) {
            if (parts[i] instanceof Boolean there) {
                i += there ? 0 : 1;
            } else {
                cells.add(parts[i].toString());
            }
        }
        return cells;
    }

    private record Name(String repository, String tag, String digest) {}

    private static List<Name> names(Image image) {
        String reference = image.getRepoDigestsCount() > 0 ? image.getRepoDigests(0) : NONE + "@" + NONE;
        int at = reference.indexOf('@');
        String digest = at < 0 ? NONE : reference.substring(at + 1);
        String repository = at < 0 ? reference : reference.substring(0, at);
        if (image.getRepoTagsCount() == 0) {
            return List.of(new Name(repository, NONE, digest));
        }
        return image.getRepoTagsList().stream().map(tag -> tagged(tag, digest)).toList();
    }

    private static Name tagged(String tag, String digest) {
        int colon = tag.lastIndexOf(':');
        return colon < tag.lastIndexOf('/') || colon < 0
                ? new Name(tag, NONE, digest)
                : new Name(tag.substring(0, colon), tag.substring(colon + 1), digest);
    }

    private static String details(Image image) {
        var details = new Details().line("ID", image.getId());
        image.getRepoTagsList().forEach(tag -> details.line("RepoTags", tag));
        image.getRepoDigestsList().forEach(digest -> details.line("RepoDigests", digest));
        details.line("Size", image.getSize());
        if (image.hasUid()) {
            details.line("Uid", image.getUid().getValue());
        }
        details.lineIfSaid("Username", image.getUsername());
        return details.line("Pinned", image.getPinned()).toString();
    }
}
