package io.crius.daemon.cli.ctl.node;

import io.crius.cri.v1.StatusRequest;
import io.crius.cri.v1.StatusResponse;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Format;
import io.crius.daemon.cli.ctl.session.Session;
import io.crius.daemon.cli.ctl.session.Statuses;
import io.crius.daemon.cli.text.Table;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonObject;
import java.util.List;

/** {@code info}. */
public final class RuntimeInfo implements CtlCommand {
    @Override
    public Usage usage() {
        return Usage.of(
                "info",
                "",
                "Show the condition and the configuration of the runtime",
                Flag.on("quiet", 'q', "without the details of the runtime"),
                Format.FLAG);
    }

    @Override
    public int run(Given given, Session session) {
        given.none();
        Format format = Format.of(given, Format.JSON);
        StatusResponse response = session.reads()
                .status(StatusRequest.newBuilder()
                        .setVerbose(!given.on("quiet"))
                        .build());
        if (format == Format.TABLE) {
            session.streams().out().print(conditions(response));
            return 0;
        }
        JsonObject.Builder head = JsonObject.builder()
                .put("status", session.messages().toJson(response.getStatus()))
                .put("runtimeHandlers", JsonArray.of(response.getRuntimeHandlersList(), session.messages()::toJson))
                .put("features", session.messages().toJson(response.getFeatures()));
        session.print(Statuses.document(head, response.getInfoMap()), format);
        return 0;
    }

    private static String conditions(StatusResponse response) {
        var table = new Table("CONDITION", "STATUS", "REASON", "MESSAGE");
        response.getStatus()
                .getConditionsList()
                .forEach(condition -> table.add(List.of(
                        condition.getType(),
                        Boolean.toString(condition.getStatus()),
                        condition.getReason(),
                        condition.getMessage())));
        return table.toString();
    }
}
