"""corrections, withholding by order

Revision: c83c074c5dfb, after 9cd44e05058d
"""

import sqlalchemy as sa
from alembic import op

import portal.database

revision = 'c83c074c5dfb'
down_revision = '9cd44e05058d'
branch_labels = None
depends_on = None


_COLUMNS = ['place_id', 'kind', 'period', 'about']


def _index(where):
    op.drop_index('uq_draft_open', table_name='draft')
    op.create_index('uq_draft_open', 'draft', _COLUMNS, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def upgrade():
    _index('finished_at IS NULL AND supersedes IS NULL')
    op.create_table('withholding_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=200), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('at', portal.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', portal.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('is_confirmed', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['decided_by'], ['person.id'], name=op.f('fk_withholding_request_decided_by_person')),
    sa.ForeignKeyConstraint(['number'], ['item.number'], name=op.f('fk_withholding_request_number_item')),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_withholding_request_office_id_office')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_withholding_request_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_withholding_request'))
    )
    op.create_index('uq_withholding_request_waiting', 'withholding_request', ['number'], unique=True, sqlite_where=sa.text('decided_at IS NULL'), postgresql_where=sa.text('decided_at IS NULL'))
    op.create_index('uq_draft_open_correction', 'draft', ['supersedes'], unique=True, sqlite_where=sa.text('finished_at IS NULL'), postgresql_where=sa.text('finished_at IS NULL'))
    op.add_column('draft_file', sa.Column('is_generated', sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade():
    _index('finished_at IS NULL')
    op.drop_column('draft_file', 'is_generated')
    op.drop_index('uq_draft_open_correction', table_name='draft', sqlite_where=sa.text('finished_at IS NULL'), postgresql_where=sa.text('finished_at IS NULL'))
    op.drop_index('uq_withholding_request_waiting', table_name='withholding_request', sqlite_where=sa.text('decided_at IS NULL'), postgresql_where=sa.text('decided_at IS NULL'))
    op.drop_table('withholding_request')
