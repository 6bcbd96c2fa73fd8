package io.crius.daemon.cli.ctl.image;

import io.crius.cri.v1.FilesystemUsage;
import io.crius.cri.v1.ImageFsInfoRequest;
import io.crius.cri.v1.ImageFsInfoResponse;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Format;
import io.crius.daemon.cli.ctl.session.Session;
import io.crius.daemon.cli.ctl.session.Statuses;
import io.crius.daemon.cli.text.Humane;
import java.util.List;
import java.util.Map;

/** {@code imagefsinfo}. */
public final class ImageFileSystems implements CtlCommand {
    private static final int DIGITS = 4;

    @Override
    public Usage usage() {
        return Usage.of("imagefsinfo", "", "Show what images and containers use of the disk", Format.FLAG);
    }

    @Override
    public int run(Given given, Session session) {
        given.none();
        Format format = Format.of(given, Format.JSON);
        ImageFsInfoResponse response = session.imageReads().imageFsInfo(ImageFsInfoRequest.getDefaultInstance());
        if (format == Format.TABLE) {
            session.streams()
                    .out()
                    .print(table("Container", response.getContainerFilesystemsList())
                            + table("Image", response.getImageFilesystemsList()));
        } else {
            session.print(Statuses.document(session.messages().toJson(response), Map.of()), format);
        }
        return 0;
    }

    private static String table(String what, List<FilesystemUsage> usages) {
        var text = new StringBuilder(what).append(" Filesystem\n");
        for (int i = 0; i < usages.size(); i++) {
            FilesystemUsage usage = usages.get(i);
            text.append("TimeStamp[%d]: %d%n".formatted(i, usage.getTimestamp()))
                    .append("Disk[%d]: %s%n"
                            .formatted(i, Humane.size(usage.getUsedBytes().getValue(), DIGITS)))
                    .append("Inodes[%d]: %d%n"
                            .formatted(i, usage.getInodesUsed().getValue()))
                    .append("Mountpoint[%d]: %s%n".formatted(i, usage.getFsId().getMountpoint()));
        }
        return text.toString();
    }
}
