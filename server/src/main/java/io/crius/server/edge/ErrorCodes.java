package io.crius.server.edge;

import io.crius.model.CriusException;
import io.crius.model.RequestId;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** The one mapping of error kinds to gRPC codes. */
final class ErrorCodes {
    private ErrorCodes() {}

    /**
     * The status that a caller sees; {@code rpc} is named where the error is not one of ours. The request is named where
     * the log and {@code crius explain} tell more of it.
     */
    static StatusRuntimeException toStatus(String rpc, RequestId request, Throwable error) {
        return switch (error) {
            case CriusException known ->
                code(known)
                        .withDescription(text(known) + (isAboutTheRequest(known) ? "" : reference(rpc, request)))
                        .withCause(known)
                        .asRuntimeException();
            case StatusRuntimeException status -> status;
            default ->
                Status.INTERNAL
                        .withDescription(rpc + ": " + error + reference(rpc, request))
                        .withCause(error)
                        .asRuntimeException();
        };
    }

    /** Nothing was done, so there is nothing more to be learned; kubelet gets the same again at each retry, and joins them. */
    private static boolean isAboutTheRequest(CriusException error) {
        return error instanceof CriusException.NotFound
                || error instanceof CriusException.AlreadyExists
                || error instanceof CriusException.InvalidArgument;
    }

    /** Compat: kubelet tells errors of pulls to people as events and joins those that are the same, so these name no request. */
    private static String reference(String rpc, RequestId request) {
        boolean told = !request.equals(RequestId.NONE) && !rpc.equals("PullImage");
        return told ? " (request " + request + ")" : "";
    }

    private static Status code(CriusException error) {
        return switch (error) {
            case CriusException.NotFound _ -> Status.NOT_FOUND;
            case CriusException.AlreadyExists _ -> Status.ALREADY_EXISTS;
            case CriusException.InvalidArgument _ -> Status.INVALID_ARGUMENT;
            case CriusException.FailedPrecondition _ -> Status.FAILED_PRECONDITION;
            case CriusException.DeadlineExceeded _ -> Status.DEADLINE_EXCEEDED;
            case CriusException.Cancelled _ -> Status.CANCELLED;
            case CriusException.ResourceExhausted _ -> Status.RESOURCE_EXHAUSTED;
            case CriusException.Unavailable _ -> Status.UNAVAILABLE;
            case CriusException.PermissionDenied _ -> Status.PERMISSION_DENIED;
            case CriusException.DataLoss _ -> Status.DATA_LOSS;
            // Compat: kubelet knows errors of the node by the code UNKNOWN.
            case CriusException.Failed _ -> Status.UNKNOWN;
        };
    }

    /** The message with what went wrong while taking back, if anything did. */
    private static String text(CriusException error) {
        var text = new StringBuilder(String.valueOf(error.getMessage()));
        for (Throwable suppressed : error.getSuppressed()) {
            text.append("; ").append(suppressed.getMessage());
        }
        return text.toString();
    }
}
