package io.github.nacosfailover.bridge;

import java.io.IOException;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Passes orders to a {@link SharedClientApplication} in the web application of this
 * servlet.
 */
public final class SharedClientServlet extends HttpServlet {

	private static final long serialVersionUID = 1;

	private final transient SharedClientApplication application = new SharedClientApplication();

	@Override
	protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
		response.getWriter().print(this.application.apply(request.getParameter("order")));
	}

	@Override
	public void destroy() {
		this.application.apply("close");
	}

}
